"""Signatures: written, read, bound to a state of the candidate, and refused where edited."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toys.gates import bits, decide, evidence, scores

from bakeoff.evals.errors import InputError
from bakeoff.evals.gate.result import State
from bakeoff.evals.gate.signoffs import FILE, Signoff, add_signoff, read_signoffs, signed
from bakeoff.evals.gate_config import CheckConfig

WHEN = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
ITEM = CheckConfig(manual="privacy review")


def sign(**changes: Any) -> Signoff:
    own = {"item": "privacy review", "by": "Ada", "candidate": "new", "fingerprint": "new", "at": WHEN}
    return signed(**{**own, **changes})


def state(*signoffs: Signoff) -> tuple[State, str]:
    found = decide(evidence(scores(bits(9, 1))), ITEM, signoffs=signoffs).checks[0]
    assert found.kind == "manual"
    return found.state, found.reason


def test_an_item_is_open_until_it_is_signed() -> None:
    assert state() == (State.INCONCLUSIVE, "not signed for new (new) yet")
    assert state(sign(note="form 12")) == (State.PASS, "signed by Ada on 2026-11-23 09:30 UTC: form 12")


def test_a_signature_holds_for_one_state_of_one_candidate_and_one_item() -> None:
    found, reason = state(sign(fingerprint="a1b2c3d4e5f6a7b8"))
    assert found is State.INCONCLUSIVE
    assert (
        reason == "signed by Ada on 2026-11-23 for another state of new (a1b2c3d4e5f6, now new): sign again"
    )
    assert state(sign(candidate="old"))[0] is State.INCONCLUSIVE
    assert state(sign(item="legal review"))[0] is State.INCONCLUSIVE


def test_the_last_of_several_is_shown() -> None:
    later = datetime(2026, 11, 24, tzinfo=UTC)
    assert "Grace on 2026-11-24" in state(sign(), sign(by="Grace", at=later))[1]


def test_an_open_item_alone_is_exit_3_and_never_a_fail() -> None:
    found = decide(evidence(scores(bits(200, 0))), ITEM, CheckConfig(metric="accuracy", at_least=0.9))
    assert found.exit_code == 3


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / FILE
    assert read_signoffs(path) == ()
    first, second = sign(), sign(item="Datenschutz „neu“", note="two\nlines")
    add_signoff(path, first)
    add_signoff(path, second)
    assert read_signoffs(path) == (first, second)
    assert [entry.name for entry in tmp_path.iterdir()] == [FILE]
    assert json.loads(path.read_text(encoding="utf-8"))["version"] == 1


def test_signing_again_replaces_the_same_and_keeps_the_rest(tmp_path: Path) -> None:
    path = tmp_path / FILE
    older, again = sign(fingerprint="older"), sign(by="Grace")
    for one in (older, sign(), again):
        add_signoff(path, one)
    assert read_signoffs(path) == (older, again)


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_name_is_signed_whole_or_refused(by: str, note: str) -> None:
    if by.strip() and by.isprintable():
        made = sign(by=by, note=note)
        assert Signoff.model_validate_json(made.model_dump_json()) == made
    else:
        with pytest.raises(InputError, match=r"\A--sign: by: must be printable text, not blank\Z"):
            sign(by=by, note=note)


def edited(**changes: Any) -> Callable[[dict[str, Any]], Any]:
    def edit(tree: dict[str, Any]) -> Any:
        tree["signoffs"][0].update(changes)
        return tree

    return edit


def without(key: str) -> Callable[[dict[str, Any]], Any]:
    def edit(tree: dict[str, Any]) -> Any:
        del tree["signoffs"][0][key]
        return tree

    return edit


EDITS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "another name": edited(by="Mallory"),
    "another item": edited(item="legal review"),
    "another date": edited(at="2026-11-24T09:30:00Z"),
    "another candidate": edited(candidate="old"),
    "another state": edited(fingerprint="old"),
    "another note": edited(note="all well"),
    "another hash": edited(check="0" * 32),
    "a blank name": edited(by="  "),
    "a number for a name": edited(by=7),
    "a date without a zone": edited(at="2026-11-23T09:30:00"),
    "no date": edited(at="yesterday"),
    "a further key": edited(approved=True),
    "no name": without("by"),
    "no hash": without("check"),
    "no state": without("fingerprint"),
    "another version": lambda tree: {**tree, "version": 2},
    "no version": lambda tree: {"signoffs": tree["signoffs"]},
    "a list": lambda tree: tree["signoffs"],
    "null": lambda _: None,
    "signatures as text": lambda tree: {**tree, "signoffs": "Ada"},
    "a further top key": lambda tree: {**tree, "by": "Ada"},
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_an_edited_file_is_refused_in_one_line(tmp_path: Path, edit: Callable[[dict[str, Any]], Any]) -> None:
    path = tmp_path / FILE
    add_signoff(path, sign())
    path.write_text(json.dumps(edit(json.loads(path.read_text()))))
    refused(path)


def refused(path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_signoffs(path)
    text = str(caught.value)
    assert text.startswith(f"{path}: ")
    assert "\n" not in text
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("share", [0, 1, 5, 50, 90, 99])
def test_a_truncated_file_is_refused(tmp_path: Path, share: int) -> None:
    path = tmp_path / FILE
    add_signoff(path, sign())
    content = path.read_bytes().rstrip()
    path.write_bytes(content[: len(content) * share // 100])
    refused(path)


@pytest.mark.parametrize(
    "content",
    [b"\xff\xfe\x00", b"[" * 100_000, b'{"version": 1, "version": 1, "signoffs": []}', b'{"version": NaN}'],
)
def test_what_is_no_json_of_ours_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / FILE
    path.write_bytes(content)
    refused(path)


def test_a_folder_in_its_place_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    refused(tmp_path / FILE)
    with pytest.raises(InputError, match="cannot be"):
        add_signoff(tmp_path / FILE, sign())
