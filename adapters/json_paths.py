"""JMESPath expressions, compiled once, that pick an answer's parts out of a JSON value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bakeoff.adapters.answer_mapping import Malformed
from bakeoff.evals.errors import InputError


@dataclass(frozen=True)
class Expressions:
    """Compiled expressions by name; a mapping of expressions nests."""

    compiled_by_name: Mapping[str, Any]

    @classmethod
    def compiled(cls, paths: Mapping[str, Any], *, where: str) -> Expressions:
        """Compile the texts, leaving out those that are None; InputError names a broken one and its place."""
        return cls(
            {
                name: (
                    cls.compiled(path, where=f"{where}.{name}")
                    if isinstance(path, Mapping)
                    else _compile(path, where=f"{where}.{name}")
                )
                for name, path in paths.items()
                if path is not None
            }
        )

    def select(self, value: object) -> dict[str, Any]:
        """What each expression finds in the value (None for nothing); Malformed where one cannot apply."""
        found = {}
        for name, expression in self.compiled_by_name.items():
            found[name] = (
                expression.select(value)
                if isinstance(expression, Expressions)
                else _search(name, expression, value)
            )
        return found


def _compile(path: str, *, where: str) -> Any:
    import jmespath

    try:
        return jmespath.compile(path)
    except jmespath.exceptions.JMESPathError as error:
        reason = " ".join(str(error).split())
        raise InputError(
            f"{path!r} is no JMESPath expression: {reason}", where=where, todo="see https://jmespath.org"
        ) from None


def _search(name: str, expression: Any, value: object) -> Any:
    import jmespath

    try:
        return expression.search(value)
    except jmespath.exceptions.JMESPathError as error:
        raise Malformed(f"the expression for {name} does not apply: {' '.join(str(error).split())}") from None
