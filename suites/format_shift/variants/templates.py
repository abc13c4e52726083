"""Other templates and system prompts. These families serve every language."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Sequence

from bakeoff.evals.records import Rendering, Sample
from bakeoff.evals.training_data import TrainingRow
from bakeoff.suites.format_shift.variants.drafts import Draft, Frame, Given, Refusal
from bakeoff.suites.format_shift.variants.english import reads_english
from bakeoff.suites.format_shift.variants.grammar import draw
from bakeoff.suites.format_shift.variants.guard import loss
from bakeoff.suites.format_shift.variants.register import contract, spell_out

_FOREIGN = {
    "instruction": "### Instruction:\n{question}\n\n### Response:\n",
    "im-tags": "<|im_start|>user\n{question}<|im_end|>\n<|im_start|>assistant\n",
    "inst": "[INST] {question} [/INST]",
    "human": "Human: {question}\n\nAssistant:",
    "headers": "<|start_header_id|>user<|end_header_id|>\n\n{question}<|eot_id|>",
    "turns": "<start_of_turn>user\n{question}<end_of_turn>\n<start_of_turn>model\n",
    "roles": "<|user|>\n{question}\n<|assistant|>\n",
    "task": "Task: {question}\nOutput:",
}
_REWORDINGS = (
    (re.compile(r"\byou are an? ", re.IGNORECASE), ("Act as a ", "Your role is that of a ", "Work as a ")),
    (re.compile(r"\byou are the ", re.IGNORECASE), ("Act as the ", "Your role is that of the ")),
    (re.compile(r"\banswer the user's questions?\b", re.IGNORECASE), ("Reply to what the user asks",)),
    (re.compile(r"\banswers?\b(?= (?:in|with|as|only|from|the|every|all)\b)", re.IGNORECASE), ("reply",)),
    (re.compile(r"\balways\b", re.IGNORECASE), ("at all times", "in every case")),
    (re.compile(r"\bbe (?:brief|concise|short)\b", re.IGNORECASE), ("keep it short", "use few words")),
    (re.compile(r"\bhelpful\b", re.IGNORECASE), ("useful", "supportive")),
    (re.compile(r"\bpolite(?:ly)?\b", re.IGNORECASE), ("courteous",)),
)
_PREAMBLES = ("Here is how you should work:", "Keep to the following:", "Instructions for you:", "Your task:")
_FEWEST_ROWS = 5
_LABEL = re.compile(r"(?s)^.*(?:\n|:[ \t]|[>\]|][ \t]?)")
_TAIL = re.compile(r"(?s)\n.*$|[ \t]*(?:<[^<>]*>|\[/[^\]]*\])\s*$")


def template(sample: Sample, rng: random.Random, given: Given) -> Draft:
    """In a format drawn for this sample from the grammar, the system's own rendering around it."""
    del given
    drawn = draw(rng)
    return Draft(drawn.write(sample.question), format=drawn.id)


def training_template_present(sample: Sample, rng: random.Random, given: Given) -> Draft | Refusal:
    """In the template of the training file, in place of the system's own."""
    del sample, rng
    if given.frame is None:
        return Refusal("the training file shows no template")
    return _rendered(f"{given.frame.before}{{question}}{given.frame.after}", "training")


def training_template_absent(sample: Sample, rng: random.Random, given: Given) -> Draft:
    """The bare question; the system prompt stays."""
    del sample, rng, given
    return _rendered("{question}", "bare")


def training_template_foreign(sample: Sample, rng: random.Random, given: Given) -> Draft:
    """In a template that other models are trained in, drawn for this sample."""
    del sample
    others = [name for name, text in _FOREIGN.items() if given.frame is None or not _same(text, given.frame)]
    name = rng.choice(others)
    return _rendered(_FOREIGN[name], name)


def system_prompt_removed(sample: Sample, rng: random.Random, given: Given) -> Draft:
    """Without a system prompt; the template stays."""
    del sample, rng, given
    return Draft(rendering=Rendering(mode="given", system_prompt=""))


def system_prompt_reworded(sample: Sample, rng: random.Random, given: Given) -> Draft | Refusal:
    """Under a system prompt in other words: the user's, else the known one reworded by English rules."""
    del sample
    if given.reworded_prompt:
        return Draft(rendering=Rendering(mode="given", system_prompt=given.reworded_prompt))
    if not given.system_prompt:
        return Refusal("no system prompt is known")
    if not reads_english(given.system_prompt):
        return Refusal("the system prompt is not English")
    text = reword(given.system_prompt, rng)
    lost = loss(given.system_prompt, text, ignore_case=True)
    return Refusal(lost) if lost else Draft(rendering=Rendering(mode="given", system_prompt=text))


def reword(prompt: str, rng: random.Random) -> str:
    """A system prompt in other words, by a few English rules, under a heading that says what it is."""
    text = prompt
    for pattern, others in _REWORDINGS:
        other = rng.choice(others)
        text = pattern.sub(lambda found, other=other: _cased(other, found[0]), text)  # type: ignore[misc]
    if text == prompt:
        text = contract(prompt) if contract(prompt) != prompt else spell_out(prompt)
    return f"{rng.choice(_PREAMBLES)}\n{text}"


def training_frame(training: Sequence[TrainingRow]) -> Frame | None:
    """What all prompts of the training file begin and end with, as far as it looks like a template.

    A shared beginning counts up to its last line break, label (`Question: `) or closing bracket, a shared
    end from its first line break or tag: a wording that all questions share is no template. None
    with fewer than five different prompts, or where nothing is shared.
    """
    prompts = list(dict.fromkeys(row.prompt for row in training))
    if len(prompts) < _FEWEST_ROWS:
        return None
    shortest, longest = min(prompts), max(prompts)
    label = _LABEL.match(_shared(shortest, longest))
    before = label[0] if label else ""
    tail = _TAIL.search(_shared_end([prompt[len(before) :] for prompt in prompts]))
    after = tail[0] if tail else ""
    places = "{question}" in before + after or "{contexts}" in before + after
    return None if places or not before + after else Frame(before, after)


def training_system_prompt(training: Sequence[TrainingRow]) -> str | None:
    """The system prompt that most rows of the training file have, if any has one."""
    counts = Counter(row.system for row in training if row.system.strip())
    return counts.most_common(1)[0][0] if counts else None


def _rendered(text: str, name: str) -> Draft:
    return Draft(rendering=Rendering(mode="given", template=text), format=name)


def _same(text: str, frame: Frame) -> bool:
    return text.strip() == f"{frame.before}{{question}}{frame.after}".strip()


def _cased(other: str, found: str) -> str:
    first = other[:1].upper() if found[:1].isupper() else other[:1].lower()
    return first + other[1:]


def _shared(one: str, two: str) -> str:
    """What two texts begin with; of the first and the last of sorted texts, what all begin with."""
    for place, (a, b) in enumerate(zip(one, two, strict=False)):
        if a != b:
            return one[:place]
    return min(one, two, key=len)


def _shared_end(texts: Sequence[str]) -> str:
    backwards = [text[::-1] for text in texts]
    return _shared(min(backwards), max(backwards))[::-1]
