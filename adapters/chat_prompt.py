"""How a question becomes the messages of a chat: system prompt, examples, template, contexts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from bakeoff.evals.errors import InputError
from bakeoff.evals.records import Context, Rendering, Request

Message = dict[str, str]

BARE = "{question}"
BARE_CONTEXTS = "{contexts}\n\n{question}"
"""Where contexts are given, but the template in force has no place for them (a bare rendering)."""

PLACE = re.compile(r"\{(question|contexts)\}")


class Example(BaseModel):
    """A question with its answer, shown to the model before the real question."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str
    answer: str


class Prompt(BaseModel):
    """A system's own rendering. `context_template` wraps what `template` made, where contexts are given.

    Both hold `{question}`, the second also `{contexts}`; a `template` may hold `{contexts}` itself, which
    is empty where there are none. All other braces are text.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    system_prompt: str | None = None
    template: str = BARE
    context_template: str | None = None
    examples: tuple[Example, ...] = ()

    @property
    def takes_contexts(self) -> bool:
        return self.context_template is not None or "{contexts}" in self.template

    def messages(self, request: Request) -> list[Message]:
        """The messages for one request, in the rendering that it asks for."""
        own = self._under(request.rendering)
        messages = [{"role": "system", "content": own.system_prompt}] if own.system_prompt else []
        for example in own.examples:
            messages.append({"role": "user", "content": own.user_text(example.question, ())})
            messages.append({"role": "assistant", "content": example.answer})
        messages += [{"role": turn.role, "content": turn.content} for turn in request.conversation]
        messages.append({"role": "user", "content": own.user_text(request.question, request.contexts or ())})
        return messages

    def user_text(self, question: str, contexts: Sequence[Context]) -> str:
        """The text of a user's message, with the contexts, blank lines between them, in their place."""
        joined = "\n\n".join(context.text for context in contexts)
        text = fill(self.template, question, joined)
        if not joined or "{contexts}" in self.template:
            return text
        return fill(self.context_template or BARE_CONTEXTS, text, joined)

    def _under(self, rendering: Rendering) -> Prompt:
        if rendering.mode == "own":
            return self
        if rendering.mode == "none":
            return Prompt()
        given = {"system_prompt": rendering.system_prompt, "template": rendering.template}
        return self.model_copy(update={name: value for name, value in given.items() if value is not None})


def fill(template: str, question: str, contexts: str) -> str:
    """The template with both places filled; what looks like a place inside the values stays as it is.

    >>> fill("{contexts} {x} {question}", "Is {contexts} empty?", "C")
    'C {x} Is {contexts} empty?'
    """
    values = {"question": question, "contexts": contexts}
    return PLACE.sub(lambda match: values[match[1]], template)


def check_template(template: str, *places: str) -> str:
    """The template; ValueError where one of the places is missing."""
    missing = [place for place in places if f"{{{place}}}" not in template]
    if missing:
        raise ValueError(f"must contain {' and '.join(f'{{{place}}}' for place in missing)}")
    return template


def prompt_text(text: str | None, folder: Path, *, where: str) -> str | None:
    """The prompt itself: the text, or the content of the file that it names (one line, .txt or .md)."""
    if text is None or "\n" in text or not text.endswith((".txt", ".md")):
        return text
    try:
        return (folder / text).read_text(encoding="utf-8").rstrip("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"cannot read {text!r} in {folder} ({error})",
            where=where,
            todo="name a UTF-8 text file, relative to the config's folder",
        ) from None
