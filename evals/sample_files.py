"""Reads the rows of data sets, lazily where the format allows, each with the place it came from."""

from __future__ import annotations

import csv
import json
import math
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from bakeoff.evals.config_errors import one_line, shortened
from bakeoff.evals.errors import InputError
from bakeoff.evals.identity import canonical_json
from bakeoff.evals.sample_rows import Row

MAX_CELL = 64 * 1024 * 1024
"""Longest CSV cell in characters (the csv module's own bound of 131,072 is shorter than real contexts)."""

_SPACE = re.compile(r"[ \t\r\n]*")
_BOM = b"\xef\xbb\xbf"


def file_rows(path: Path, shown: str) -> Iterator[Row]:
    """The rows of a file, by its suffix; `shown` is how errors name it.

    Raises InputError at once for a file that is missing, no file or of an unknown kind, and while rows are
    taken for whatever is malformed.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        kinds = ", ".join(READERS)
        raise InputError(f"unknown kind of data set {path.suffix!r}", where=shown, todo=f"known: {kinds}")
    try:
        is_folder, exists = path.is_dir(), path.exists()
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", where=shown) from error
    if is_folder:
        raise InputError("is a folder, not a file", where=shown, todo="give the path of one file")
    if not exists:
        raise InputError("no such file", where=shown, todo="the path is relative to the config's folder")
    return reader(path, shown)


def _lines(path: Path, shown: str) -> Iterator[tuple[int, str]]:
    """Numbered lines, decoded one by one, so that an error knows its line."""
    try:
        with path.open("rb") as file:
            for number, raw in enumerate(file, 1):
                yield number, _decoded(raw.removeprefix(_BOM) if number == 1 else raw, f"{shown}:{number}")
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", where=shown) from error


def _decoded(raw: bytes, where: str) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        what = f"not UTF-8 (byte 0x{raw[error.start]:02x})"
        raise InputError(what, where=where, todo="save the file as UTF-8") from None


def _jsonl_rows(path: Path, shown: str) -> Iterator[Row]:
    for number, line in _lines(path, shown):
        if line.strip():
            where = f"{shown}:{number}"
            try:
                yield _object(_JSON.decode(line), where, line)
            except json.JSONDecodeError as error:
                what = f"broken JSON ({error.msg}, column {error.colno})"
                raise InputError(what, where=where, todo="every line is one JSON object") from None
            except (ValueError, RecursionError) as error:
                raise _unreadable(error, where) from None


def _json_rows(path: Path, shown: str) -> Iterator[Row]:
    """Items of a top-level list, decoded one by one from the text, which is held as a whole."""
    scan = _Scan("".join(line for _, line in _lines(path, shown)), shown)
    if not scan.sign():
        return
    if scan.sign("[") != "[":
        raise scan.fail("the top level is no list")
    sign = "]" if scan.sign("]") == "]" else ","
    while sign == ",":
        yield scan.item()
        sign = scan.sign(",]")
        if sign not in (",", "]"):
            raise scan.fail("broken JSON (a comma or ] is missing)")
    if scan.sign():
        raise scan.fail("something follows the list")


@dataclass
class _Scan:
    """A place in a JSON text, and its line."""

    text: str
    shown: str
    at: int = 0
    line: int = 1

    def sign(self, wanted: str = "") -> str:
        """Skip white space; what stands there ("" at the end), passed if it is one of the wanted."""
        self._move(_SPACE.match(self.text, self.at).end())  # type: ignore[union-attr]  # matches nothing, too
        sign = self.text[self.at : self.at + 1]
        if sign and sign in wanted:
            self._move(self.at + 1)
        return sign

    def item(self) -> Row:
        """The object that stands there."""
        self.sign()
        try:
            value, end = _JSON.raw_decode(self.text, self.at)
        except json.JSONDecodeError as error:
            self._move(error.pos)
            raise self.fail(f"broken JSON ({error.msg})") from None
        except (ValueError, RecursionError) as error:
            raise _unreadable(error, f"{self.shown}:{self.line}") from None
        row = _object(value, f"{self.shown}:{self.line}", self.text[self.at : end])
        self._move(end)
        return row

    def fail(self, what: str) -> InputError:
        todo = "a JSON data set is one list of objects: [{…}, {…}]"
        return InputError(what, where=f"{self.shown}:{self.line}", todo=todo)

    def _move(self, to: int) -> None:
        self.line += self.text.count("\n", self.at, to)
        self.at = to


def _csv_rows(path: Path, shown: str) -> Iterator[Row]:
    csv.field_size_limit(MAX_CELL)  # process-wide, the module offers nothing narrower
    reader = csv.reader((line for _, line in _lines(path, shown)), strict=True)
    header: list[str] | None = None
    start = 1
    while True:
        where = f"{shown}:{start}"
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            todo = 'a cell with quotes or line breaks is written "…", its quotes doubled'
            raise InputError(f"broken CSV ({error})", where=where, todo=todo) from None
        start = reader.line_num + 1
        if header is None:
            header = _header(cells, where)
        elif cells and len(cells) != len(header):
            what = f"{len(cells)} cells, but the header has {len(header)}"
            raise InputError(what, where=where, todo="quote cells that hold commas")
        elif cells:
            yield Row(where, dict(zip(header, cells, strict=True)), text_cells=True)


def _header(cells: list[str], where: str) -> list[str]:
    names = [cell.strip() for cell in cells]
    for number, name in enumerate(names, 1):
        if not name:
            todo = "name it, or leave it out (pandas: index=False)"
            raise InputError(f"column {number} of the header has no name", where=where, todo=todo)
        if name in names[: number - 1]:
            raise InputError(one_line(f"column {shortened(name)} is there twice"), where=where)
    return names


def _parquet_rows(path: Path, shown: str) -> Iterator[Row]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            names = file.schema_arrow.names
            if len(set(names)) < len(names):
                raise InputError("two columns have the same name", where=shown)
            number = 0
            for batch in file.iter_batches(batch_size=1024):
                for values in batch.to_pylist():
                    number += 1
                    yield _plain_row(values, f"{shown} row {number}")
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"no readable parquet file ({_brief(error)})", where=shown) from error


def hub_rows(source: str, split: str, config: str | None, revision: str | None, shown: str) -> Iterator[Row]:
    """The rows of a data set on the hub, or of a folder, through `datasets.load_dataset`."""
    import datasets

    if not sys.stderr.isatty():
        datasets.disable_progress_bars()
    try:
        loaded = datasets.load_dataset(source, config, split=split, revision=revision)
    except Exception as error:
        # Whatever a hub, a network or a loader can raise is the user's to read, in one line.
        raise InputError(
            f"cannot be loaded ({type(error).__name__}: {_brief(error)})",
            where=shown,
            todo="check id, split, config and network (with HF_HUB_OFFLINE only what is cached loads)",
        ) from error
    number = 0
    # As arrow batches, because row access would decode images and audio that nobody asks for.
    for batch in loaded.with_format("arrow").iter(batch_size=1024):
        for values in batch.to_pylist():
            number += 1
            yield _plain_row(values, f"{shown} row {number}")


def _plain_row(values: Mapping[str, Any], where: str) -> Row:
    """A row of a typed format; an index that pandas stored is no column."""
    try:
        kept = {
            name: _plain(value) for name, value in values.items() if not name.startswith("__index_level_")
        }
    except ValueError as error:
        raise InputError(str(error), where=where) from None
    return Row(where, kept)


def _plain(value: Any) -> Any:
    """The value as JSON has it. NaN, which is how pandas writes a missing value, becomes null; bytes
    (images, audio) are not kept, and the text says so."""
    if value is None or isinstance(value, str | int | bool):
        return value
    if isinstance(value, float):
        if math.isinf(value):
            raise ValueError("an infinite number; write null where there is none")
        return None if math.isnan(value) else value
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    return str(value) if isinstance(value, Decimal) else f"({type(value).__name__}, not kept)"


def _unreadable(error: Exception, where: str) -> InputError:
    """Our own refusal, or Python's: numbers with too many digits, nesting too deep."""
    what = str(error) if isinstance(error, _BadJson) else f"JSON that cannot be read ({_brief(error)})"
    return InputError(what, where=where)


class _BadJson(ValueError):
    """What Python's JSON reader would let pass, and JSON does not."""


def _refuse_constant(text: str) -> Any:
    raise _BadJson(f"{text} is no JSON; write null where there is no number")


def _finite(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise _BadJson(f"the number {shortened(text)} is too large")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _BadJson(one_line(f"key {shortened(twice)} is there twice"))
    return result


_JSON = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_refuse_constant, parse_float=_finite)


def _object(value: Any, where: str, text: str) -> Row:
    """The value as a row; `text` is what it was decoded from."""
    if not isinstance(value, dict):
        raise InputError("no JSON object", where=where, todo='a sample is written {"question": "…", …}')
    for name, item in value.items() if "\\u" in text else ():
        try:
            canonical_json({name: item}).encode()
        except UnicodeEncodeError:
            what = f"{shortened(name)} holds half of a surrogate pair, which is no character"
            raise InputError(one_line(what), where=where) from None
    return Row(where, value)


def _brief(error: BaseException) -> str:
    lines = [line for line in str(error).splitlines() if line.strip()]
    return one_line(lines[0])[:300] if lines else type(error).__name__


READERS: Mapping[str, Callable[[Path, str], Iterator[Row]]] = {
    ".jsonl": _jsonl_rows,
    ".json": _json_rows,
    ".csv": _csv_rows,
    ".parquet": _parquet_rows,
}
