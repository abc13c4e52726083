"""The file of an accepted baseline: what is written is read again, and whatever is damaged is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toys.accepted import BASE, Tree, column, made, sealed, tree

from bakeoff.evals.accepted.file import as_text, need_accepted, read_accepted, write_accepted
from bakeoff.evals.accepted.record import Accepted, Cell, checked, status_of, value_of
from bakeoff.evals.errors import InputError
from bakeoff.evals.identity import digest
from bakeoff.evals.records import Status

WITHOUT: tuple[Cell, ...] = ("not_applicable", "abstained", "system_failed", "judge_failed")
MARKED: tuple[Cell, ...] = (("abstained", 0.0), ("system_failed", 0.5))
MISSING = WITHOUT + MARKED


@given(
    st.integers(1, 3).flatmap(
        lambda repeats: st.lists(
            st.tuples(
                st.lists(st.floats(0, 1) | st.sampled_from(MISSING), min_size=repeats, max_size=repeats),
                st.lists(
                    st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from(MISSING),
                    min_size=repeats,
                    max_size=repeats,
                ),
            ).map(list),
            min_size=1,
            max_size=6,
        )
    )
)
def test_every_score_and_status_comes_back_to_the_last_digit(cells: list[list[list[Cell]]]) -> None:
    accepted = made(tree(cells))
    again = Accepted.model_validate_json(as_text(accepted), strict=True)
    assert again == accepted
    assert [list(map(list, sample[2])) for sample in again.samples] == cells
    for sample in again.samples:
        for cell in (cell for metric in sample[2] for cell in metric):
            value, status = value_of(cell), status_of(cell)
            assert (value is None) == (cell in WITHOUT)
            assert (status is Status.SCORED) == isinstance(cell, float)
    assert checked(again) == accepted.check


def test_a_sample_is_one_line_and_another_score_one_line_of_difference(tmp_path: Path) -> None:
    path = tmp_path / "bakeoff.baseline.json"
    write_accepted(path, made(BASE))
    lines = path.read_text().splitlines()
    assert [line for line in lines if '"q1"' in line] == [
        f'    ["q1", "{digest(1)}", [[0.0], ["abstained"]]],'
    ]
    other = tree([[[1.0], [0.25]], [[1.0], ["abstained"]], [["judge_failed"], [17.5]]])
    write_accepted(path, made(other))
    changed = [new for old, new in zip(lines, path.read_text().splitlines(), strict=True) if old != new]
    assert len(changed) == 2  # the score, and the hash over all
    assert not list(tmp_path.glob("*~"))


def test_no_file_is_no_baseline(tmp_path: Path) -> None:
    assert read_accepted(tmp_path / "none.json") is None
    with pytest.raises(InputError, match="no baseline has been accepted"):
        need_accepted(tmp_path / "none.json")


def without(key: str) -> Callable[[Tree], Tree]:
    return lambda content: {name: value for name, value in content.items() if name != key}


def having(**changes: Any) -> Callable[[Tree], Tree]:
    return lambda content: {**content, **changes}


def row(*cells: Any) -> list[Any]:
    return ["q0", digest(0), list(cells)]


EDITS: dict[str, Callable[[Tree], Tree]] = {
    **{f"without {key}": without(key) for key in BASE},
    "unknown key": having(extra=1),
    "another version": having(version=2),
    "version as text": having(version="1"),
    "version that is true": having(version=True),
    "version with a point": having(version=1.0),
    "a failure that was scored": having(samples=[row([["judge_failed", 1.0]], [0.1])]),
    "a status with a score out of range": having(samples=[row([["abstained", 2.0]], [0.1])]),
    "failures counted in an unknown way": having(on_system_failure="best"),
    "blank candidate": having(candidate=""),
    "unknown kind": having(kind="agent"),
    "date without a zone": having(accepted="2026-11-02T11:30:00"),
    "no date": having(run_created="yesterday"),
    "repeats as text": having(repeats="1"),
    "no repeats": having(repeats=0),
    "repeats that are not there": having(repeats=2),
    "judge without a fingerprint": having(judge={"name": "judge"}),
    "judge as text": having(judge="judge"),
    "no columns": having(columns=[]),
    "one column": having(columns=[column("exact_match")]),
    "a column twice": having(columns=[column("exact_match"), column("exact_match")]),
    "a column without its suite": having(columns=[without("suite")(column("a")), column("b")]),
    "an unknown direction": having(columns=[column("a", direction="up"), column("b")]),
    "an open end that is no number": having(columns=[column("a", low="-inf"), column("b")]),
    "no samples": having(samples=[]),
    "samples as a mapping": having(samples={}),
    "a sample twice": having(samples=[row([1.0], [0.1]), row([1.0], [0.1])]),
    "a sample without a fingerprint": having(samples=[["q0", [[1.0], [0.1]]]]),
    "a short fingerprint": having(samples=[["q0", "abc", [[1.0], [0.1]]]]),
    "too few metrics": having(samples=[row([1.0])]),
    "too many metrics": having(samples=[row([1.0], [0.1], [0.2])]),
    "too many repeats": having(samples=[row([1.0, 1.0], [0.1, 0.2])]),
    "a score out of its range": having(samples=[row([1.5], [0.1])]),
    "a score as text": having(samples=[row(["1.0"], [0.1])]),
    "a score that is true": having(samples=[row([True], [0.1])]),
    "an empty score": having(samples=[row([None], [0.1])]),
    "an unknown status": having(samples=[row(["passed"], [0.1])]),
    "an open cell": having(samples=[row(["open"], [0.1])]),
    "a bare score": having(samples=[row(1.0, 0.1)]),
}
"""Edits by somebody who mends the hash as well: the content itself is not what a baseline may hold."""


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_a_malformed_baseline_is_refused_in_one_line(tmp_path: Path, edit: Callable[[Tree], Tree]) -> None:
    refused(tmp_path, sealed(edit(BASE)).encode())


UNSEALED: dict[str, Callable[[Tree], Tree]] = {
    "another score": having(samples=[row([0.0], [0.25]), *BASE["samples"][1:]]),
    "a score in place of a failure": having(
        samples=[*BASE["samples"][:2], ["q2", digest(2), [[1.0], [17.5]]]]
    ),
    "a sample less": having(samples=BASE["samples"][:2]),
    "samples in another order": having(samples=BASE["samples"][::-1]),
    "another candidate": having(candidate="other"),
    "another fingerprint": having(fingerprint="f2"),
    "a later run": having(run_created="2026-11-20T10:00:00Z"),
    "another judge": having(judge={"name": "judge", "fingerprint": "j2"}),
    "another verdict": having(verdict="fail"),
    "another margin of the range": having(columns=[column("exact_match", high=2.0), BASE["columns"][1]]),
}


@pytest.mark.parametrize("edit", UNSEALED.values(), ids=UNSEALED.keys())
def test_an_edited_baseline_is_refused(tmp_path: Path, edit: Callable[[Tree], Tree]) -> None:
    content = {**edit(BASE), "check": digest(BASE)}
    assert "edited after it was accepted" in refused(tmp_path, json.dumps(content).encode())


WHOLE = as_text(made(BASE)).encode()


@pytest.mark.parametrize("length", range(0, len(WHOLE) - 2, 29))
def test_a_baseline_that_was_cut_short_is_refused(tmp_path: Path, length: int) -> None:
    refused(tmp_path, WHOLE[:length])


@given(place=st.integers(0, len(WHOLE) - 1), byte=st.integers(0, 255))
def test_no_changed_byte_changes_what_is_read(
    tmp_path_factory: pytest.TempPathFactory, place: int, byte: int
) -> None:
    path = tmp_path_factory.mktemp("bytes") / "baseline.json"
    path.write_bytes(WHOLE[:place] + bytes([byte]) + WHOLE[place + 1 :])
    try:
        found = read_accepted(path)
    except InputError:
        return
    assert found == made(BASE)  # white space, say


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b'{"version": 1}',
        b'{"version": 1, "version": 1}',
        b"[" * 100_000,
        b"<html>",
        b'{"version": NaN}',
    ],
    ids=range(10),
)
def test_what_is_no_baseline_at_all_is_refused(tmp_path: Path, content: bytes) -> None:
    refused(tmp_path, content)


def refused(folder: Path, content: bytes) -> str:
    """The error, which is one line that names the file."""
    path = folder / "bakeoff.baseline.json"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_accepted(path)
    told = str(caught.value)
    assert caught.value.exit_code == 2
    assert told.startswith(str(path))
    assert len(told.splitlines()) == 1
    return told


def test_the_dates_are_kept_with_their_zone() -> None:
    assert made(BASE).accepted == datetime(2026, 11, 2, 11, 30, tzinfo=UTC)


def test_there_are_malformed_baselines_enough() -> None:
    assert len(EDITS) + len(UNSEALED) + len(range(0, len(WHOLE) - 2, 29)) + 10 >= 60
