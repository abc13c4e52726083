"""From a config to wired objects: what the command line and the Python API share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from bakeoff.adapters import catalogue as adapters
from bakeoff.evals.config import Config, load_config
from bakeoff.evals.config_model import SuiteConfig
from bakeoff.evals.config_places import located
from bakeoff.evals.datasets import read_samples
from bakeoff.evals.documents import load_documents
from bakeoff.evals.inner_systems import build_inner
from bakeoff.evals.plugins import Plugins, Registry, Wiring
from bakeoff.evals.protocols import Encoder, Suite, System
from bakeoff.evals.records import Document
from bakeoff.evals.registration import Plan, outputs
from bakeoff.evals.slices import check_slices
from bakeoff.evals.table_family import check_family
from bakeoff.evals.traits import check_stated, seen_traits
from bakeoff.reports import catalogue as reports
from bakeoff.suites import catalogue as suites


@cache
def known_plugins() -> Plugins:
    """Ours, then those of installed packages."""
    plugins = Plugins()
    ours: list[tuple[Registry[Any], Iterable[Any]]] = [
        (plugins.adapters, adapters.ADAPTERS),
        (plugins.judges, adapters.JUDGES),
        (plugins.encoders, adapters.ENCODERS),
        (plugins.suites, suites.SUITES),
        (plugins.reporters, reports.REPORTERS),
    ]
    for registry, group in ours:
        for plugin in group:
            registry.register(plugin)
    plugins.load_entry_points()
    return plugins


def read_config(path: Path | str, *, judge: str | None = None, asks: bool = True) -> Config:
    """The config of a file, checked against all known plug-ins; see `load_config` for the rest."""
    return load_config(Path(path), known_plugins(), judge=judge, asks=asks)


def assemble(config: Config) -> Plan:
    """The plan of a config: plug-ins built, nothing asked yet.

    Raises InputError, with file and line, where a plug-in refuses its options or lacks a package.
    """
    with located(config):
        return _assemble(config)


def _assemble(config: Config) -> Plan:
    plugins = known_plugins()
    encoder = _encoder(config, plugins)
    documents = _documents(config)
    training = None if config.training is None else config.folder / config.training.path
    wiring = Wiring(
        folder=config.folder,
        seed=config.seed,
        timeout_s=config.limits.timeout_s,
        concurrency=config.limits.concurrency,
        encoder=lambda: encoder,
        documents=documents,
        training=training,
        systems=tuple(config.systems),
    )
    judge = plugins.judges.get(config.judge.kind).build(config.judge.options, wiring)
    suites = [_suite(entry, plugins, wiring, config.secrets) for entry in config.suites]
    columns = outputs(suite for suite, _ in suites)
    known = [(column.suite, column.output.name) for column in columns]
    check_slices(config.slices, known)
    check_family(config.family, known)
    return Plan(
        name=config.name,
        systems=[_system(config, name, plugins, wiring) for name in config.systems],
        suites=suites,
        samples=partial(read_samples, config.dataset, config.folder),
        judge=judge,
        encoder=encoder,
        limits=config.limits,
        repeats=config.repeats,
        seed=config.seed,
        alpha=config.alpha,
        baseline=config.baseline,
        on_system_failure=config.on_system_failure,
        documents=documents(),
        slices=config.slices,
        family=config.family,
        training=training,
        config=config.snapshot,
        secrets=config.secrets,
        traits={name: entry.traits for name, entry in config.systems.items() if entry.traits},
    )


def _encoder(config: Config, plugins: Plugins) -> Encoder:
    def none_yet() -> Encoder:
        raise AssertionError("an encoder is built without an encoder")

    wiring = Wiring(folder=config.folder, seed=config.seed, encoder=none_yet)
    return plugins.encoders.get(config.encoder.kind).build(config.encoder.options, wiring)


def _documents(config: Config) -> Callable[[], tuple[Document, ...]]:
    @cache
    def read() -> tuple[Document, ...]:
        if config.documents is None:
            return ()
        return load_documents(config.folder / config.documents.path, config.documents.as_of)

    return read


def _system(config: Config, name: str, plugins: Plugins, wiring: Wiring) -> System:
    entry = config.systems[name]
    own = replace(wiring, name=name, kind=entry.kind, parent=entry.parent, capabilities=entry.capabilities)
    inner = partial(build_inner, adapters=plugins.adapters, wiring=own, secrets=config.secrets)
    system = plugins.adapters.get(entry.adapter).build(entry.options, replace(own, adapter=inner))
    check_stated(seen_traits(system), entry.traits, f"systems.{name}.traits")
    return system


def _suite(
    entry: SuiteConfig, plugins: Plugins, wiring: Wiring, secrets: frozenset[str]
) -> tuple[Suite, dict[str, Any]]:
    own = replace(wiring, name=entry.name)
    inner = partial(build_inner, adapters=plugins.adapters, wiring=own, secrets=secrets, section="suites")
    suite = plugins.suites.get(entry.name).build(entry.options, replace(own, adapter=inner))
    return suite, entry.options.model_dump()
