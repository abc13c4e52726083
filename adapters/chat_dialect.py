"""What one model does not take, learned from its refusals.

OpenAI's newer models refuse `max_tokens` in favour of `max_completion_tokens`, a temperature other than 1,
or a seed; older servers refuse `stream_options`. A refusal that names such a parameter is no answer of
the system's: the request is sent again without it, and later ones never hold it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bakeoff.adapters.chat_endpoint import Refused

RENAMED = {"max_tokens": "max_completion_tokens"}
DROPPABLE = ("temperature", "seed", "top_p", "stream_options")
NEUTRAL = frozenset({"stream_options"})
"""Parameters that cannot change an answer, so that nobody has to be told that they were dropped."""

CODES = frozenset({"unsupported_parameter", "unsupported_value", "unknown_parameter"})
COMPLAINT = re.compile(
    r"unsupported|not support|unknown|unrecogni[sz]ed|unexpected|not permitted|not allowed|extra_forbidden",
    re.IGNORECASE,
)


def blamed(refused: Refused, sent: Mapping[str, Any]) -> str | None:
    """The renamable or droppable parameter of `sent` that the refusal says is not taken at all, if any.

    An invalid value of a parameter that the model does take is the user's to mend, and stays an error.
    """
    if refused.status not in (400, 422):
        return None
    if refused.code not in CODES and not COMPLAINT.search(refused.body):
        return None
    candidates = [name for name in (*RENAMED, *DROPPABLE) if name in sent]
    if refused.param in candidates:
        return refused.param
    found = {name: re.search(rf"\b{name}\b", refused.body) for name in candidates}
    places = {name: match.start() for name, match in found.items() if match}
    return min(places, key=places.__getitem__, default=None)


@dataclass
class Dialect:
    """What was learned of one model: the parameters to rename, and those to leave out."""

    renamed: set[str] = field(default_factory=set)
    dropped: set[str] = field(default_factory=set)

    def apply(self, body: dict[str, Any]) -> dict[str, Any]:
        """The body as the model takes it."""
        if not self.renamed and not self.dropped:
            return body
        names = {name: RENAMED[name] if name in self.renamed else name for name in body}
        return {names[name]: value for name, value in body.items() if name not in self.dropped}

    def learn(self, refused: Refused, sent: Mapping[str, Any]) -> bool:
        """Remember what the refusal says of the body sent; False where it says nothing to learn."""
        name = blamed(refused, sent)
        if name is None:
            return False
        (self.renamed if name in RENAMED else self.dropped).add(name)
        return True

    def missing(self, body: Mapping[str, Any]) -> tuple[str, ...]:
        """The parameters of a body that the model does not take, where they could change the answer."""
        return tuple(sorted((self.dropped - NEUTRAL) & body.keys()))
