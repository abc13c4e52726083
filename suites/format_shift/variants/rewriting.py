"""Paraphrases and other styles by a language model: optional, kept on disk, and checked before use."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from bakeoff.evals.errors import RunIncomplete, TransportFailure
from bakeoff.evals.protocols import Encoder, System
from bakeoff.evals.records import Request, Sample
from bakeoff.suites.format_shift.variants.derive import NOT_ENGLISH, Derived, guarded, in_order
from bakeoff.suites.format_shift.variants.drafts import NOTHING_GIVEN, Draft, Family, Given, Refusal
from bakeoff.suites.format_shift.variants.english import is_english
from bakeoff.suites.format_shift.variants.guard import meaning
from bakeoff.suites.format_shift.variants.outputs import references
from bakeoff.suites.format_shift.variants.rewritten_texts import RewrittenTexts

STYLES: Mapping[str, str] = {
    "llm_paraphrase": "Put the question below into other words. It must ask for exactly the same thing.",
    "llm_formal": "Write the question below as it would stand in a formal letter. It must ask for exactly the"
    " same thing.",
    "llm_learner": "Write the question below as someone would who is still learning English, with the"
    " mistakes that such a writer makes. It must ask for exactly the same thing.",
}
"""The styles that are asked for unless the user names others: family → instruction."""

ALIKE = 0.77
"""The least cosine between a question and its rewriting. Measured with the embedded encoder on 120 support
questions: 95 % of their casual, keyword-only and verbose variants lie above, and the nearest *other* question
of the set never does (0.75 at most)."""

_PROMPT = """{instruction} Keep every number, every name and every negation. \
Reply with the rewritten question alone: no answer, no comment, no quotation marks.

<question>
{question}
</question>"""
_ATTEMPTS, _PAUSE_S, _LONGEST_PAUSE_S = 4, 1.0, 30.0


@dataclass(frozen=True)
class Rewriter:
    """Who rewrites, and how. `build` makes the system, inside the event loop that will ask it.

    `texts` keeps what came back, so that another run asks nobody and is asked the same questions.
    """

    build: Callable[[], System]
    texts: RewrittenTexts
    encoder: Encoder
    styles: Mapping[str, str] = field(default_factory=lambda: STYLES)
    concurrency: int = 8
    timeout_s: float = 60.0
    alike: float = ALIKE


def rewrite(
    samples: Sequence[Sample], rewriter: Rewriter, *, seed: int, per_family: int | None = None
) -> Derived:
    """The samples in every style of the rewriter's, as `derive` would return them.

    Only English questions are rewritten, since the guard knows English negations only. A rewriting that fails
    the guard, is not alike enough, or gives the answer away is dropped and counted; so is one of a system
    that fails. Blocking; works inside a running event loop too. Raises RunIncomplete where the way to the
    system stays broken: what came back until then is kept.
    """
    chosen = [one for one in in_order(samples, seed) if one.question.strip() and is_english(one)][:per_family]
    left_out = sum(bool(one.question.strip()) and not is_english(one) for one in samples)
    prompts = [(name, one, _prompt(text, one)) for name, text in rewriter.styles.items() for one in chosen]
    with ThreadPoolExecutor(1) as thread:
        replies = thread.submit(
            asyncio.run, _ask_all(rewriter, [prompt for _, _, prompt in prompts])
        ).result()
    dropped = Counter({(name, NOT_ENGLISH): left_out for name in rewriter.styles if left_out})
    kept = []
    asked = [(name, one, reply) for (name, one, _), reply in zip(prompts, replies, strict=True)]
    for name, variant in _checked(asked, rewriter):
        if isinstance(variant, Refusal):
            dropped[name, variant.why] += 1
        else:
            kept.append(variant)
    place = {sample.id: index for index, sample in enumerate(samples)}
    styles = list(rewriter.styles)
    kept.sort(key=lambda one: (styles.index(one.variant or ""), place[one.origin or ""]))
    return Derived(kept, dict(dropped), tuple(styles) if left_out else ())


def _prompt(instruction: str, sample: Sample) -> str:
    return _PROMPT.format(instruction=instruction.strip(), question=sample.question)


async def _ask_all(rewriter: Rewriter, prompts: Sequence[str]) -> list[str | Refusal]:
    """The reply to each prompt, from disk where it is there."""
    system = rewriter.build()
    try:
        known = {prompt: rewriter.texts.get(system.fingerprint, prompt) for prompt in prompts}
        missing = [prompt for prompt, text in known.items() if text is None]
        prepare = getattr(system, "prepare", None)
        if missing and prepare is not None:
            await prepare()
        places = asyncio.Semaphore(min(rewriter.concurrency, getattr(system, "concurrency", None) or 10**6))
        found = await asyncio.gather(*(_asked(rewriter, system, prompt, places) for prompt in missing))
        replies = dict(zip(missing, found, strict=True))
        return [replies[prompt] if text is None else text for prompt in prompts for text in (known[prompt],)]
    finally:
        await system.aclose()


async def _asked(rewriter: Rewriter, system: System, prompt: str, places: asyncio.Semaphore) -> str | Refusal:
    async with places:
        for attempt in range(_ATTEMPTS):
            try:
                async with asyncio.timeout(rewriter.timeout_s):
                    response = await system.answer(Request(question=prompt))
                break
            except TimeoutError:
                failure = TransportFailure(f"no answer within {rewriter.timeout_s:g} s")
            except TransportFailure as error:
                failure = error
            if attempt == _ATTEMPTS - 1:
                what = f"{system.name} could not be reached for rewriting ({failure})"
                raise RunIncomplete(f"{what}; run again: what it has rewritten is kept")
            wait = failure.retry_after_s or _PAUSE_S * 2**attempt
            await asyncio.sleep(min(wait, _LONGEST_PAUSE_S) * random.uniform(0.5, 1.0))
    if response.text is None:
        return Refusal("the rewriter failed")
    rewriter.texts.put(system.fingerprint, prompt, response.text)
    return response.text


def _checked(
    asked: Sequence[tuple[str, Sample, str | Refusal]], rewriter: Rewriter
) -> list[tuple[str, Sample | Refusal]]:
    made: list[tuple[str, Sample | Refusal]] = []
    for name, sample, reply in asked:
        made.append((name, reply if isinstance(reply, Refusal) else _variant(name, sample, reply)))
    pairs = [
        (sample.question, variant.question)
        for (_, sample, _), (_, variant) in zip(asked, made, strict=True)
        if isinstance(variant, Sample)
    ]
    cosines = iter(_cosines(pairs, rewriter.encoder))
    return [
        (name, Refusal("not alike enough"))
        if isinstance(variant, Sample) and next(cosines) < rewriter.alike
        else (name, variant)
        for name, variant in made
    ]


def _variant(name: str, sample: Sample, reply: str) -> Sample | Refusal:
    text = reply.strip().removeprefix("<question>").removesuffix("</question>").strip()
    if len(text) > 2 and text[0] + text[-1] in ('""', "“”") and text[0] != sample.question.strip()[:1]:
        text = text[1:-1].strip()
    if not text:
        return Refusal("the rewriter said nothing")
    if _gives_away(sample, text):
        return Refusal("it gives the answer away")
    family = Family(name, "rewritten by a language model", _no_rule, english_only=True)
    return guarded(family, sample, Draft(text), name, NOTHING_GIVEN)


def _gives_away(sample: Sample, text: str) -> bool:
    """Whether the rewriting holds all words and numbers of an acceptable answer that the question lacks."""
    before, after = _content(sample.question), _content(text)
    answers = [found for text in references(sample) if (found := _content(text))]
    return any(answer <= after and not answer <= before for answer in answers)


def _content(text: str) -> frozenset[str]:
    found = meaning(text)
    return frozenset(word.casefold() for word in found.words) | frozenset(found.numbers)


def _cosines(pairs: Sequence[tuple[str, str]], encoder: Encoder) -> list[float]:
    if not pairs:
        return []
    vectors = encoder.encode([text for pair in pairs for text in pair])
    return [float(one @ other) for one, other in zip(vectors[::2], vectors[1::2], strict=True)]


def _no_rule(sample: Sample, rng: random.Random, given: Given) -> Refusal:
    del sample, rng, given
    return Refusal("a language model makes these variants")
