"""What shows of a local model: everything, down to the weights."""

from __future__ import annotations

from pathlib import Path

from pydantic import JsonValue

from bakeoff.adapters.chat_traits import prompt_traits
from bakeoff.adapters.huggingface.loading import Load
from bakeoff.adapters.huggingface.options import Options
from bakeoff.adapters.huggingface.rendering import RAW
from bakeoff.adapters.huggingface.sources import Source
from bakeoff.adapters.huggingface.system import Parts
from bakeoff.evals.traits import mark


def traits(options: Options, load: Load, adapter: Source | None, parts: Parts) -> dict[str, JsonValue]:
    """The traits of a local model. A folder is named as in the config, an absolute one by its last part."""
    settings, template = parts.settings, parts.renderer.template
    decoding: dict[str, JsonValue] = {
        "temperature": settings.temperature,
        "max_tokens": settings.max_new_tokens,
    }
    if settings.top_p is not None:
        decoding["top_p"] = settings.top_p
    if settings.stop:
        decoding["stop"] = list(settings.stop)
    weights = [load.source.identity(), None if adapter is None else adapter.identity()]
    dtype = str(parts.loaded.network.dtype).removeprefix("torch.")
    return {
        "model": " + ".join(_named(one) for one in (options.model, options.peft) if one is not None),
        "weights": mark(weights),
        "precision": dtype if load.quantization == "none" else f"{load.quantization} over {dtype}",
        "chat_template": RAW if template is None else mark(template),
        "decoding": decoding,
        "context_budget": {"max_input_tokens": parts.loaded.window},
        **prompt_traits(parts.prompt),
    }


def _named(model: str) -> str:
    path = Path(model).expanduser()
    return path.name if path.is_absolute() else model
