"""`adapter: huggingface`, a local transformers model, built from a config."""

from __future__ import annotations

from bakeoff.adapters.capabilities import forbid, live_capabilities, system_key
from bakeoff.adapters.chat_prompt import Prompt, prompt_text
from bakeoff.adapters.huggingface.fingerprint import fingerprint
from bakeoff.adapters.huggingface.generation import Settings
from bakeoff.adapters.huggingface.loading import describe_load
from bakeoff.adapters.huggingface.options import Options
from bakeoff.adapters.huggingface.rendering import Renderer, check_prompt, choose_template
from bakeoff.adapters.huggingface.sharing import Parent, borrow
from bakeoff.adapters.huggingface.sources import Source, find_source
from bakeoff.adapters.huggingface.system import HuggingFaceSystem, Parts
from bakeoff.adapters.huggingface.traits import traits
from bakeoff.evals.errors import InputError
from bakeoff.evals.plugins import Plugin, Wiring
from bakeoff.evals.protocols import System
from bakeoff.evals.records import Capability


def build(options: Options, wiring: Wiring) -> System:
    """The system, with its model loaded, so that loading counts against no answer's deadline.

    Raises InputError where a package or device lacks, and where model, adapter and prompt do not go
    together.
    """
    where = system_key(wiring)
    prompt = Prompt(
        system_prompt=prompt_text(options.system_prompt, wiring.folder, where=f"{where}.system_prompt"),
        template=options.template,
        context_template=options.context_template,
        examples=options.examples,
    )
    stated = capabilities(prompt, wiring)
    source = find_source(
        options.model, options.revision, wiring.folder, where=f"{where}.model", needs="config.json"
    )
    adapter = _adapter(options, wiring)
    parent = borrow(describe_load(options, source, where=where), where=where)
    try:
        return _system(options, wiring, parent, adapter, prompt, stated)
    except BaseException:
        parent.give_back()
        raise


def _adapter(options: Options, wiring: Wiring) -> Source | None:
    where = f"{system_key(wiring)}.peft"
    if options.peft is None:
        if options.peft_revision is not None:
            raise InputError(
                "peft_revision without peft", where=f"{where}_revision", todo="name the adapter as `peft`"
            )
        return None
    return find_source(
        options.peft, options.peft_revision, wiring.folder, where=where, needs="adapter_config.json"
    )


def _system(
    options: Options,
    wiring: Wiring,
    parent: Parent,
    adapter: Source | None,
    prompt: Prompt,
    stated: frozenset[Capability],
) -> HuggingFaceSystem:
    where = system_key(wiring)
    loaded = parent.under(adapter, where=where)
    template = choose_template(
        loaded.tokenizer, options.chat_template, wiring.folder, where=f"{where}.chat_template"
    )
    renderer = Renderer(loaded.tokenizer, template, seq2seq=loaded.seq2seq)
    check_prompt(renderer, prompt, where=where)
    settings = Settings(
        options.max_new_tokens, options.temperature, options.top_p, options.stops, options.logprobs
    )
    sources = [parent.load.source, *([adapter] if adapter else [])]
    parts = Parts(loaded, renderer, prompt, settings, options.batch_size)
    return HuggingFaceSystem(
        wiring,
        parent,
        parts,
        capabilities=stated,
        fingerprint=fingerprint(
            parent.load,
            adapter,
            prompt=prompt,
            template=template,
            settings=settings,
            batch_size=options.batch_size,
            loaded_as={
                "dtype": str(loaded.network.dtype),
                "seq2seq": loaded.seq2seq,
                "commit": getattr(loaded.network.config, "_commit_hash", None),
            },
        ),
        content_addressed=all(one.is_pinned for one in sources) and not renderer.depends_on_the_day,
        traits=traits(options, parent.load, adapter, parts),
    )


def capabilities(prompt: Prompt, wiring: Wiring) -> frozenset[Capability]:
    """What a local model can do, by its prompt; the config may state less, but not more."""
    able = {Capability.LIVE, Capability.LOGPROBS, Capability.ACCEPTS_RENDERING}
    if prompt.takes_contexts:
        able.add(Capability.ACCEPTS_CONTEXTS)
    stated = live_capabilities(wiring, able)
    why = f"with these options the huggingface adapter has only {', '.join(sorted(able))}"
    forbid(stated, set(Capability) - able, where=f"{system_key(wiring)}.capabilities", why=why)
    return stated


PLUGIN: Plugin[System] = Plugin("huggingface", Options, build)
