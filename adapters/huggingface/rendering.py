"""From the messages of a chat to token ids, and back from ids to text."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bakeoff.adapters.chat_prompt import Message, Prompt
from bakeoff.evals.errors import InputError
from bakeoff.evals.records import Request

RAW = "raw"

_SURROGATE = re.compile("[\ud800-\udfff]")
_PROBE = "b4k30ff-pr0be"


class Renderer:
    """Applies one tokenizer and one chat template; safe to share by threads.

    `template` is the Jinja text, or None for raw: then the prompt is its messages' texts as they are, an
    answer after its question on the same line, a blank line before every other message.
    """

    def __init__(self, tokenizer: Any, template: str | None, *, seq2seq: bool) -> None:
        self.template = template
        self._tokenizer, self._seq2seq = tokenizer, seq2seq
        self._lock = threading.Lock()

    @property
    def depends_on_the_day(self) -> bool:
        """Whether the template writes today's date into the prompt, as Llama 3's does."""
        return "strftime_now" in (self.template or "")

    def text(self, messages: Sequence[Message]) -> str:
        """The prompt of a chat; whatever Jinja raises where its template refuses the chat."""
        clean = [{**one, "content": _SURROGATE.sub("\ufffd", one["content"])} for one in messages]
        if self.template is None:
            return raw_text(clean)
        text: str = self._tokenizer.apply_chat_template(
            clean, chat_template=self.template, tokenize=False, add_generation_prompt=True
        )
        return text

    def prompt_ids(self, prompt: str) -> list[int]:
        """The ids of a rendered prompt. A chat template writes the special tokens itself."""
        ids = self._encode(prompt, special=self.template is None)
        while ids and not self._seq2seq and ids[-1] in self._closing:
            ids.pop()  # some tokenizers end every text, but the answer is yet to come
        return ids

    def continuation_ids(self, prompt: str, continuation: str) -> list[int]:
        """The ids that a continuation adds to a prompt, without an end token.

        Both are encoded together and the prompt's ids taken off, so that a word's leading space is part
        of its token; where the seam falls into a token, the continuation is encoded by itself.
        """
        continuation = _SURROGATE.sub("\ufffd", continuation)
        if self._seq2seq:
            return self._encode(continuation, special=False)
        if self.template is None and continuation[:1].strip():
            continuation = seam(prompt) + continuation
        before, whole = (
            self._encode(prompt, special=False),
            self._encode(prompt + continuation, special=False),
        )
        if whole[: len(before)] == before:
            return whole[len(before) :]
        return self._encode(continuation, special=False)

    def decode(self, ids: Sequence[int]) -> str:
        with self._lock:
            text: str = self._tokenizer.decode(ids, skip_special_tokens=True)
            return text

    def token(self, one: int) -> str:
        """A token by itself, special or not, as text."""
        with self._lock:
            text: str = self._tokenizer.decode([one])
            return text

    @property
    def _closing(self) -> set[int | None]:
        return {self._tokenizer.eos_token_id, getattr(self._tokenizer, "sep_token_id", None)} - {None}

    def _encode(self, text: str, *, special: bool) -> list[int]:
        with self._lock:
            encoded = self._tokenizer(text, add_special_tokens=special, verbose=False)
            return list(encoded["input_ids"])


def raw_text(messages: Sequence[Message]) -> str:
    """The texts of a chat, as a base model would read them in a document.

    >>> raw_text([{"role": "user", "content": "1+1="}, {"role": "assistant", "content": "2"}])
    '1+1= 2'
    """
    text = ""
    for message in messages:
        if text:
            text += seam(text) if message["role"] == "assistant" else "\n\n"
        text += message["content"]
    return text


def seam(prompt: str) -> str:
    """What stands between a raw prompt and its answer: a space, unless the prompt ends with one."""
    return "" if not prompt or prompt[-1].isspace() else " "


def choose_template(tokenizer: Any, wanted: str, folder: Path, *, where: str) -> str | None:
    """The Jinja text to use, or None for raw; InputError for a file that cannot be read."""
    if wanted == RAW:
        return None
    if wanted == "auto":
        return tokenizer.get_chat_template() if tokenizer.chat_template else None
    try:
        return (folder / Path(wanted).expanduser()).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        todo = "say `auto`, `raw`, or the path of a .jinja file relative to the config's folder"
        raise InputError(f"cannot read the template ({error})", where=where, todo=todo) from None


def check_prompt(renderer: Renderer, prompt: Prompt, *, where: str) -> None:
    """InputError where the chat template refuses the system's own prompt, or drops its system prompt."""
    messages = prompt.messages(Request(question=_PROBE))
    try:
        text = renderer.text(messages)
    except Exception as error:
        role = "the system prompt" if prompt.system_prompt and takes_chats(renderer) else "this prompt"
        what = f"the chat template does not take {role} ({type(error).__name__}: {error})"
        raise InputError(what, where=where, todo=_todo(role)) from None
    if prompt.system_prompt and not takes_system(renderer):
        what = "the chat template leaves the system prompt out"
        raise InputError(what, where=where, todo=_todo("the system prompt"))
    if _PROBE not in text:
        raise InputError(
            "the chat template leaves the question out", where=where, todo="name another chat_template"
        )


def _todo(role: str) -> str:
    if role == "the system prompt":
        return "put that text into `template` before {question}, or name a chat_template with a system role"
    return "name another chat_template, or say `chat_template: raw`"


def takes_chats(renderer: Renderer) -> bool:
    """Whether a bare question renders."""
    return _renders(renderer, [{"role": "user", "content": _PROBE}])


def takes_system(renderer: Renderer) -> bool:
    """Whether a system message shows in the rendered prompt."""
    return _renders(
        renderer, [{"role": "system", "content": _PROBE}, {"role": "user", "content": "A question?"}]
    )


def _renders(renderer: Renderer, messages: Sequence[Message]) -> bool:
    try:
        return _PROBE in renderer.text(messages)
    except Exception:
        return False


def without_system_role(messages: Sequence[Message]) -> list[Message]:
    """The messages with a leading system message put before the first user's text."""
    if not messages or messages[0]["role"] != "system":
        return list(messages)
    system, *rest = messages
    for place, message in enumerate(rest):
        if message["role"] == "user":
            joined = {**message, "content": f"{system['content']}\n\n{message['content']}"}
            return [*rest[:place], joined, *rest[place + 1 :]]
    return list(messages)
