"""`${NAME}` in a config: substituted from the environment, and never stored.

The tree that systems are built from holds the values; the snapshot that is stored keeps `${NAME}` as it
was written, and withholds literal secrets.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bakeoff.evals.config_errors import KeyPath, Problem, shortened

WITHHELD = "(withheld)"
"""What stands in a snapshot in place of a secret that was written into the config itself."""

_REFERENCE = re.compile(r"\$(\$?)\{([^{}]*)(\}?)")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SECRET_KEY = re.compile(
    r"(^|[^a-z])(api)?(key|token|secret|password|passwd|credentials?|authorization|cookie)([^a-z]|$)"
)
_URL_PASSWORD = re.compile(r"(://[^/\s:@]*:)(?!\d+/)([^@\s]+(?:@[^@/\s]+)*)(@)")
_URL_QUERY = re.compile(r"([?&][^=&\s]*(?:key|token|secret|password)[^=&\s]*=)([^&\s]+)", re.IGNORECASE)
_FRAGMENT = 6
"""Characters in a row that a message may not share with a secret."""


@dataclass
class Substituted:
    """A config tree with the environment's values in place.

    `origins` holds, for each key path with a `${…}`, the environment's values that went into it.
    """

    tree: Any = None
    origins: dict[KeyPath, tuple[str, ...]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def substitute(tree: Any, environ: Mapping[str, str]) -> Substituted:
    """Replace `${NAME}` in every text value (not in keys); `$${NAME}` stands for a literal `${NAME}`.

    A variable that is missing, empty or misspelt becomes a problem, and its text stays as it was.
    """
    result = Substituted()

    def walk(value: Any, path: KeyPath) -> Any:
        if isinstance(value, dict):
            return {key: walk(child, (*path, key)) for key, child in value.items()}
        if isinstance(value, list):
            return [walk(child, (*path, index)) for index, child in enumerate(value)]
        return fill(value, path) if isinstance(value, str) and "${" in value else value

    def fill(text: str, path: KeyPath) -> str:
        used: list[str] = []

        def value_of(match: re.Match[str]) -> str:
            escaped, name, closed = match.groups()
            if escaped:
                return match.group()[1:]
            what, todo = _fault(name, bool(closed), environ)
            if what:
                result.problems.append(Problem(path, what, todo))
                return match.group()
            used.append(environ[name])
            return environ[name]

        filled = _REFERENCE.sub(value_of, text)
        if used:
            result.origins[path] = tuple(used)
        return filled

    result.tree = walk(tree, ())
    return result


def _fault(name: str, closed: bool, environ: Mapping[str, str]) -> tuple[str, str]:
    """What is wrong with a reference, and what to do; two empty texts where nothing is."""
    if not closed or not _NAME.fullmatch(name):
        todo = "write ${NAME} with letters, digits and _, or $${ for a literal ${"
        return f"{shortened('${' + name)} names no environment variable", todo
    if name not in environ:
        todo = f"set it (export {name}=…), or take ${{{name}}} out of the config"
        return f"environment variable {name} is not set", todo
    value = environ[name]
    if not value:
        return f"environment variable {name} is empty", f"give it a value (export {name}=…)"
    if any("\ud800" <= c <= "\udfff" for c in value):
        return f"environment variable {name} is not UTF-8", "give it a value in UTF-8"
    return "", ""


def is_secret_key(key: str | int) -> bool:
    """Whether a key's name says that its value is secret.

    >>> [is_secret_key(key) for key in ("api_key", "X-Api-Key", "apiKey", "max_tokens", "tokenizer")]
    [True, True, True, False, False]
    """
    words = re.sub(r"([a-z])([A-Z])", r"\1_\2", str(key)).lower()
    return _SECRET_KEY.search(words) is not None


def redact(value: Any, secret: bool = False) -> Any:
    """A config tree as written, fit to be stored: `${NAME}` stays, literal secrets are withheld.

    Secrets are texts under a key that `is_secret_key`, passwords in URLs, and secret query parameters.
    """
    if isinstance(value, dict):
        return {key: redact(child, secret or is_secret_key(key)) for key, child in value.items()}
    if isinstance(value, list):
        return [redact(child, secret) for child in value]
    if not isinstance(value, str):
        return value
    if secret:
        return value if _only_references(value) else WITHHELD
    for pattern in (_URL_PASSWORD, _URL_QUERY):
        value = pattern.sub(_withhold, value)
    return value


def _withhold(match: re.Match[str]) -> str:
    before, secret, *after = match.groups()
    kept = secret if _only_references(secret) else WITHHELD
    return before + kept + "".join(after)


def _only_references(text: str) -> bool:
    """Whether what a secret holds beside `${NAME}` is at most a scheme word (`Bearer ${TOKEN}`)."""
    rest = _REFERENCE.sub("", text)
    return rest != text and rest.strip() in ("", "Bearer", "Basic", "Token")


def secrets_in(values: Substituted) -> dict[KeyPath, tuple[str, ...]]:
    """All values that may be secret, by key path: the environment's, and literal ones."""
    found = dict(values.origins)

    def walk(value: Any, path: KeyPath, secret: bool) -> None:
        if isinstance(value, dict):
            for key, child in value.items():
                walk(child, (*path, key), secret or is_secret_key(key))
        elif isinstance(value, list):
            for index, child in enumerate(value):
                walk(child, (*path, index), secret)
        elif isinstance(value, str) and value:
            hidden = [m.group(2) for p in (_URL_PASSWORD, _URL_QUERY) for m in p.finditer(value)]
            hidden += [value] if secret else []
            if hidden:
                found[path] = (*found.get(path, ()), *hidden)

    walk(values.tree, (), False)
    return found


def reveals(message: str, secret: str) -> bool:
    """Whether a message holds the secret, or a piece of it that is long enough to tell.

    >>> reveals("port 'sk-abc123' is no number", "sk-abc123xyz"), reveals("must be a URL", "sk-abc123xyz")
    (True, False)
    """
    size = min(len(secret), _FRAGMENT)
    return any(secret[i : i + size] in message for i in range(len(secret) - size + 1))
