"""Versions of what a score depends on."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

PACKAGES = (
    "bakeoff",
    "ragas",
    "bert-score",
    "transformers",
    "torch",
    "sentence-transformers",
    "openai",
    "numpy",
    "scipy",
)


def installed_versions() -> dict[str, str]:
    """Package name → installed version, absent packages left out; Python under `python`."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
