"""Data sets: the samples of a config's `dataset`, read lazily and checked row by row."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from bakeoff.evals.config_model import DatasetConfig
from bakeoff.evals.errors import InputError
from bakeoff.evals.records import Sample
from bakeoff.evals.sample_files import file_rows, hub_rows
from bakeoff.evals.sample_rows import Columns, Row, check_mapped, content_digest


def read_samples(dataset: DatasetConfig, folder: Path) -> Iterator[Sample]:
    """The samples, one by one; of those already passed only ids and digests are kept.

    `folder` is where a relative path starts. Raises InputError with file and line (row, for parquet and
    the hub): at once where there is no such file, else when the malformed row is reached.
    """
    rows, shown = _rows(dataset, folder)
    return _samples(islice(rows, dataset.limit), shown, dataset)


def _rows(dataset: DatasetConfig, folder: Path) -> tuple[Iterator[Row], str]:
    if dataset.path is not None:
        path = folder / dataset.path
        return file_rows(path, _shown(path)), _shown(path)
    source, split = str(dataset.hub), str(dataset.split)
    shown, local = f"hub {source} [{split}]", folder / source
    name = str(local) if local.is_dir() else source
    return hub_rows(name, split, dataset.config, dataset.revision, shown), shown


def _samples(rows: Iterator[Row], shown: str, dataset: DatasetConfig) -> Iterator[Sample]:
    seen: dict[str, tuple[str, str]] = {}
    names: tuple[str, ...] = ()
    for row in rows:
        if not seen:
            check_mapped(row, dataset.columns)
        if not seen or tuple(row.values) != names:
            # Rows of JSON may differ in their columns.
            names, columns = tuple(row.values), Columns.find(row, dataset.columns)
        sample = columns.sample(row)
        _check_new(sample, row.where, seen)
        yield sample
    if not seen:
        raise InputError("holds no samples", where=shown)


def _check_new(sample: Sample, where: str, seen: dict[str, tuple[str, str]]) -> None:
    """Refuse an id that an earlier row has, and name both rows."""
    content = content_digest(sample)
    if sample.id not in seen:
        seen[sample.id] = (where, content)
        return
    first, first_content = seen[sample.id]
    same = f"id {sample.id!r} is already that of {first}"
    if content == first_content:
        raise InputError(f"{same}, with the same content", where=where, todo="remove one of the two")
    raise InputError(same, where=where, todo="give every sample an id of its own")


def _shown(path: Path) -> str:
    """The path as errors name it: relative to the working directory where it lies below."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
