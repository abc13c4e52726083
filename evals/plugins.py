"""Plug-ins: how adapters, judges, encoders, suites and reporters become known to the kernel.

Ours are registered explicitly, others come through entry points; each is checked when it is
registered, and an error names the offender.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from bakeoff.evals.errors import InputError
from bakeoff.evals.protocols import Encoder, Judge, Suite, System
from bakeoff.evals.records import Capability, Document, Kind

T = TypeVar("T")


def _builds_no_adapter(_keys: Mapping[str, Any], option: str) -> System:
    raise InputError("no other adapter can be built here", where=option, todo="use bakeoff.assemble")


@dataclass(frozen=True, kw_only=True)
class Wiring:
    """What a plug-in is built with beside its own options.

    `folder` is where the config lies: relative paths start there. `name`, `kind`, `parent` and
    `capabilities` are the system's common keys (capabilities None: not stated). `encoder` and
    `documents` are functions, so that what nobody asks for is never loaded. `training` is the training file,
    `systems` the names of the run's systems (none: not known). `adapter` builds a system for
    this one to use, from the keys (`{adapter: openai, …}`) that the option of the given name holds.
    """

    folder: Path
    name: str = ""
    kind: Kind = Kind.PROMPT
    parent: str | None = None
    capabilities: frozenset[Capability] | None = None
    seed: int = 0
    timeout_s: float = 60.0
    concurrency: int = 32
    encoder: Callable[[], Encoder]
    documents: Callable[[], tuple[Document, ...]] = tuple
    training: Path | None = None
    systems: tuple[str, ...] = ()
    adapter: Callable[[Mapping[str, Any], str], System] = _builds_no_adapter


@dataclass(frozen=True)
class Plugin(Generic[T]):
    """A named part: the model of its options, and the function that builds it from them."""

    name: str
    options: type[BaseModel]
    build: Callable[[Any, Wiring], T]


@dataclass
class Registry(Generic[T]):
    """The known plug-ins of one group (`adapter`, `judge`, …), by name."""

    group: str
    plugins: dict[str, Plugin[T]] = field(default_factory=dict)

    def register(self, plugin: Plugin[T], origin: str = "bakeoff") -> None:
        """Add a plug-in; a malformed one and a name already taken are refused with both parties named."""
        options: Any = getattr(plugin, "options", None)
        if not isinstance(plugin, Plugin):
            raise InputError(
                f"{origin} offers {plugin!r} as {self.group}, which is no bakeoff.evals.plugins.Plugin"
            )
        if not (isinstance(options, type) and issubclass(options, BaseModel)):
            raise InputError(
                f"{self.group} {plugin.name!r} of {origin}: its options are no pydantic model class"
            )
        if options.model_config.get("extra") != "forbid":
            raise InputError(
                f"{self.group} {plugin.name!r} of {origin}: its options model accepts unknown keys",
                todo="set model_config = ConfigDict(extra='forbid')",
            )
        if not callable(plugin.build):
            raise InputError(f"{self.group} {plugin.name!r} of {origin}: build is not callable")
        if plugin.name in self.plugins:
            raise InputError(f"{self.group} {plugin.name!r} is offered twice, the second time by {origin}")
        self.plugins[plugin.name] = plugin

    def get(self, name: str, *, where: str = "") -> Plugin[T]:
        """The plug-in of that name, or an InputError with the nearest name and all known ones."""
        if name in self.plugins:
            return self.plugins[name]
        near = difflib.get_close_matches(name, self.plugins, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise InputError(
            f"unknown {self.group} {name!r}",
            where=where,
            todo=f"{hint}known: {', '.join(sorted(self.plugins))}",
        )

    def __iter__(self) -> Iterator[Plugin[T]]:
        return iter(self.plugins.values())


@dataclass(frozen=True)
class Plugins:
    """All registries of a process."""

    adapters: Registry[System] = field(default_factory=lambda: Registry("adapter"))
    judges: Registry[Judge] = field(default_factory=lambda: Registry("judge"))
    encoders: Registry[Encoder] = field(default_factory=lambda: Registry("encoder"))
    suites: Registry[Suite] = field(default_factory=lambda: Registry("suite"))
    reporters: Registry[Any] = field(default_factory=lambda: Registry("reporter"))

    def load_entry_points(self) -> None:
        """Register what installed packages offer under `bakeoff.adapters`, `.judges`, and so on."""
        for name in ("adapters", "judges", "encoders", "suites", "reporters"):
            registry: Registry[Any] = getattr(self, name)
            for point in entry_points(group=f"bakeoff.{name}"):
                origin = f"{point.dist.name if point.dist else 'an unnamed package'} ({point.value})"
                try:
                    plugin = point.load()
                except Exception as error:
                    raise InputError(
                        f"{registry.group} {point.name!r} of {origin} does not load: {error}",
                        todo="mend or uninstall that package",
                    ) from error
                registry.register(plugin, origin)
