"""Building a system inside another part: a RAG system's generator, a suite's rewriter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import replace
from typing import Any

from bakeoff.evals.config_errors import KeyPath, Problem, dotted
from bakeoff.evals.config_model import Text
from bakeoff.evals.config_values import Values
from bakeoff.evals.environment import Substituted
from bakeoff.evals.errors import InputError
from bakeoff.evals.plugins import Plugin, Registry, Wiring
from bakeoff.evals.protocols import System
from bakeoff.evals.records import Capability, Kind, Record


class InnerKeys(Record):
    """The keys of an inner system beside its adapter's own; name, kind and parent are the outer one's."""

    adapter: Text
    capabilities: frozenset[Capability] | None = None


def build_inner(
    keys: Mapping[str, Any],
    option: str,
    *,
    adapters: Registry[System],
    wiring: Wiring,
    secrets: Set[str] = frozenset(),
    section: str = "systems",
) -> System:
    """The system that the keys describe; `option` of the part that `wiring` is for holds them.

    `section` is that of the config in which the part stands.

    The keys are checked as strictly as a config's own. Raises InputError for the first that is wrong, with
    its place in the config; no message shows one of `secrets`, which the keys may hold.
    """
    at: KeyPath = (section, wiring.name, option)
    values = Values(Substituted(tree={}, origins=_origins(keys, at, secrets)))
    common = {key: value for key, value in keys.items() if key in InnerKeys.model_fields}
    checked = values.validate(InnerKeys, common, at)
    if checked is None:
        raise _told(values.problems[0])
    plugin = _plugin(checked.adapter, (*at, "adapter"), adapters, values)
    own = {key: value for key, value in keys.items() if key not in common}
    options = values.validate(plugin.options, own, at, tuple(InnerKeys.model_fields))
    if options is None:
        raise _told(values.problems[0])
    inner = replace(
        wiring,
        name=f"{wiring.name}.{option}",
        kind=Kind.PROMPT,
        parent=None,
        capabilities=checked.capabilities,
    )
    return plugin.build(options, inner)


def _plugin(name: str, at: KeyPath, adapters: Registry[System], values: Values) -> Plugin[System]:
    try:
        return adapters.get(name, where=dotted(at))
    except InputError as error:
        if values.is_secret(at):
            raise InputError("unknown adapter", where=error.where, todo=error.todo) from None
        raise


def _told(problem: Problem) -> InputError:
    return InputError(problem.what, where=dotted(problem.path), todo=problem.todo)


def _origins(value: Any, at: KeyPath, secrets: Set[str]) -> dict[KeyPath, tuple[str, ...]]:
    """The texts that hold a secret, or came from the environment: read as numbers if need be, never shown."""

    def found(value: Any, path: KeyPath) -> Iterator[tuple[KeyPath, tuple[str, ...]]]:
        if isinstance(value, Mapping):
            for key, child in value.items():
                yield from found(child, (*path, key))
        elif isinstance(value, list):
            for index, child in enumerate(value):
                yield from found(child, (*path, index))
        elif isinstance(value, str) and (held := tuple(one for one in secrets if one in value)):
            yield path, held

    return dict(found(value, at))
