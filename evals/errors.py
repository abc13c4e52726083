"""What can go wrong, sorted by who has to act.

BakeoffError            shown to the user as one line, without a traceback
├── InputError          bad input or config: exit code 2
└── RunIncomplete       cells stay open, the next run retries them: exit code 4
TransportFailure        the way to a model broke or throttled: retried, then the cell stays open
JudgeFailure            a judge gave no usable verdict: the score is `judge_failed`
"""

from __future__ import annotations


class BakeoffError(Exception):
    """An expected error: its text is the whole message, its `exit_code` the process's."""

    exit_code = 2


class InputError(BakeoffError):
    """Bad input, told in one sentence: where it is, what is wrong, what to do.

    `where` is a file with a line (`data.jsonl:7`), a config key or a sample id; it may be empty.
    """

    def __init__(self, what: str, *, where: str = "", todo: str = "") -> None:
        self.what, self.where, self.todo = what, where, todo
        text = f"{where}: {what}" if where else what
        super().__init__(f"{text}; {todo}" if todo else text)


class RunIncomplete(BakeoffError):
    """Some cells could not be filled; what was computed is stored and the next run continues."""

    exit_code = 4


class TransportFailure(Exception):
    """A broken connection or a throttled call (HTTP 429): no answer of the system's was seen.

    `retry_after_s` is what the server asked for, in seconds, where it did.
    """

    def __init__(self, reason: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after_s = retry_after_s


class JudgeFailure(Exception):
    """The judge answered, but not with a verdict of the wanted form, even when asked again."""


class NotHeld(Exception):
    """The adapter cannot answer this request at all: the cell is not applicable, never a failure."""
