"""Checks the sections of a config that plug-ins have a say in: judge, encoder, suites and systems."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel

from bakeoff.evals.config_errors import KeyPath, unknown_key
from bakeoff.evals.config_model import EncoderConfig, JudgeConfig, SuiteConfig, SystemConfig, SystemKeys
from bakeoff.evals.config_values import Values
from bakeoff.evals.errors import InputError
from bakeoff.evals.plugins import Plugins, Registry
from bakeoff.evals.sweeps import KEY as MATRIX
from bakeoff.evals.sweeps import configurations

SECTIONS = ("judge", "systems", "encoder", "suites")
DEFAULT_JUDGE = "offline"
DEFAULT_ENCODER = "embedded"
NAMED_ENCODER = "sentence_transformers"
"""The encoder plug-in, with an option `model`, that any other text under `encoder` stands for."""
DEFAULT_SUITES = ("ragas", "reference")

_COMMON = tuple(SystemKeys.model_fields)
_KNOWN = (*_COMMON, MATRIX)
_SYSTEM_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")
_MAPPING = "must be a mapping (key: value)"


@dataclass(frozen=True)
class Sections:
    """One method for each section: what it holds, or nothing where `values` noted a problem."""

    values: Values
    plugins: Plugins

    def judge(self) -> JudgeConfig | None:
        """`{kind: …}` with the judge's own options beside it."""
        section = self.values.tree.get("judge", {"kind": DEFAULT_JUDGE})
        kind, options = self._kind_and_options("judge", self.plugins.judges, section)
        return None if options is None else JudgeConfig(kind=kind, options=options)

    def encoder(self) -> EncoderConfig | None:
        """`embedded`, the name of a model, or `{kind: …}` with the encoder's own options."""
        section = self.values.tree.get("encoder", DEFAULT_ENCODER)
        if section == DEFAULT_ENCODER:
            section = {"kind": DEFAULT_ENCODER}
        elif isinstance(section, str) and section.strip():
            section = {"kind": NAMED_ENCODER, "model": section}
        kind, options = self._kind_and_options("encoder", self.plugins.encoders, section)
        return None if options is None else EncoderConfig(kind=kind, options=options)

    def suites(self) -> tuple[SuiteConfig, ...]:
        """A list of names and of `{name: {options}}`."""
        section = self.values.tree.get("suites", list(DEFAULT_SUITES))
        if not isinstance(section, list) or not section:
            self.values.report(("suites",), "must be a list of suites", "such as [ragas, reference]")
            return ()
        found: dict[str, SuiteConfig] = {}
        for index, entry in enumerate(section):
            suite = self._suite(entry, ("suites", index))
            if suite is not None and suite.name in found:
                self.values.report(("suites", index), f"suite {suite.name!r} is listed twice")
            elif suite is not None:
                found[suite.name] = suite
        return tuple(found.values())

    def systems(self) -> dict[str, SystemConfig]:
        """Every system by name, in the file's order."""
        section = self.values.tree.get("systems")
        if not isinstance(section, dict) or not section:
            what = "must map names to systems" if "systems" in self.values.tree else "is missing"
            todo = "give at least one, such as rag: {adapter: http, kind: rag, url: …}"
            self.values.report(("systems",), what, todo)
            return {}
        return {name: system for entry in section.items() for name, system in self._entry(*entry)}

    def _entry(self, name: str, keys: Any) -> Iterator[tuple[str, SystemConfig]]:
        """The systems that one entry stands for: more than one where it has a matrix."""
        at: KeyPath = ("systems", name)
        if not _SYSTEM_NAME.fullmatch(name):
            self.values.report(at, "a system's name has 1 to 100 letters (a-z), digits and the signs _ . -")
        if not isinstance(keys, dict):
            self.values.report(at, _MAPPING)
            return
        for one in configurations(name, keys, lambda path, *told: self.values.report((*at, *path), *told)):
            moves = {(*at, *path): (*at, *written) for path, written in one.moves.items()}
            system = replace(self, values=self.values.moved(moves))._system(at, one.keys)
            if system is not None:
                yield one.name, system

    def _system(self, at: KeyPath, keys: Mapping[str, Any]) -> SystemConfig | None:
        own = {key: value for key, value in keys.items() if key not in _COMMON}
        if "adapter" not in keys and (near := difflib.get_close_matches("adapter", own, n=1)):
            what, todo = unknown_key(near[0], _KNOWN)
            self.values.report((*at, near[0]), what, f"{todo}, and the adapter's own")
            return None
        common = self.values.validate(SystemKeys, {k: v for k, v in keys.items() if k in _COMMON}, at)
        adapter = keys.get("adapter")
        options = None
        if isinstance(adapter, str) and adapter:
            options = self._options(self.plugins.adapters, adapter, own, at, (*at, "adapter"), _KNOWN)
        if common is None or options is None:
            return None
        return SystemConfig(**{key: getattr(common, key) for key in _COMMON}, options=options)

    def _suite(self, entry: Any, at: KeyPath) -> SuiteConfig | None:
        keys: Any = None
        if isinstance(entry, str):
            name, below = entry, at
        elif isinstance(entry, dict) and len(entry) == 1:
            name, keys = next(iter(entry.items()))
            below = (*at, name)
        else:
            self.values.report(at, "must be a suite's name, or {name: {options}} with a single name")
            return None
        if not isinstance(keys, dict | None):
            self.values.report(below, _MAPPING)
            return None
        options = self._options(self.plugins.suites, name, keys or {}, below, at)
        return None if options is None else SuiteConfig(name=name, options=options)

    def _kind_and_options(
        self, key: str, registry: Registry[Any], section: Any
    ) -> tuple[str, BaseModel | None]:
        known = f"known: {', '.join(sorted(registry.plugins))}"
        kind = section.get("kind") if isinstance(section, dict) else None
        if not isinstance(section, dict):
            self.values.report((key,), _MAPPING, f"such as {{kind: …}}; {known}")
        elif not isinstance(kind, str) or not kind:
            self.values.report((key, "kind"), "must be a name" if "kind" in section else "is missing", known)
        else:
            own = {name: value for name, value in section.items() if name != "kind"}
            return kind, self._options(registry, kind, own, (key,), (key, "kind"), ("kind",))
        return "", None

    def _options(
        self,
        registry: Registry[Any],
        name: str,
        keys: Mapping[str, Any],
        at: KeyPath,
        named_at: KeyPath,
        known: tuple[str, ...] = (),
    ) -> BaseModel | None:
        """The plug-in's options; `at` is where they lie, `named_at` where the plug-in is named."""
        try:
            plugin = registry.get(name)
        except InputError as error:
            what = f"unknown {registry.group}" if self.values.is_secret(named_at) else error.what
            self.values.report(named_at, what, error.todo)
            return None
        return self.values.validate(plugin.options, keys, at, known)
