"""What a conformance check found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bakeoff.evals.identity import canonical_json


class ConformanceError(AssertionError):
    """A plug-in breaks its protocol; `problems` are sentences that say how."""

    def __init__(self, subject: str, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join([f"{subject} does not conform:", *(f"- {text}" for text in problems)]))


def wrong_attributes(thing: object, wanted: dict[str, type | tuple[type, ...]]) -> list[str]:
    """Problems with attributes that are missing or of another type."""
    found = []
    for name, kind in wanted.items():
        if not hasattr(thing, name):
            found.append(f"it has no attribute {name!r}")
        elif not isinstance(getattr(thing, name), kind):
            found.append(f"{name} is {getattr(thing, name)!r}, not {_names(kind)}")
    return found


def wrong_fingerprint(thing: object) -> list[str]:
    """A fingerprint is a text that says something."""
    value = getattr(thing, "fingerprint", None)
    return ["its fingerprint is empty"] if value == "" else []


def wrong_traits(thing: object, secrets: Sequence[str]) -> list[str]:
    """Traits, where there are some, are a mapping of JSON values without secrets."""
    traits = getattr(thing, "traits", None)
    if traits is None:
        return []
    if not isinstance(traits, Mapping):
        return [f"traits is a {type(traits).__name__}, not a mapping"]
    try:
        text = canonical_json(dict(traits))
    except (TypeError, ValueError) as error:
        return [f"its traits are not JSON ({error})"]
    return ["a secret shows in its traits"] if any(secret in text for secret in secrets) else []


def repeated(values: Iterable[str]) -> list[str]:
    """Values that occur more than once, once each."""
    seen: set[str] = set()
    twice: dict[str, None] = {}
    for value in values:
        if value in seen:
            twice[value] = None
        seen.add(value)
    return list(twice)


def _names(kind: type | tuple[type, ...]) -> str:
    kinds = kind if isinstance(kind, tuple) else (kind,)
    return " or ".join("None" if one is type(None) else one.__name__ for one in kinds)
