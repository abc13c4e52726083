"""The check of tables in the documents can fail."""

from __future__ import annotations

from pathlib import Path

import pytest
from toys import written
from toys.written import check_written, same_text


@pytest.mark.parametrize(
    ("made", "tolerance", "same"),
    [
        ("| a | 1.5 % |", 0.0, True),
        ("| a | 1.6 % |", 0.0, False),
        ("| a | 1.6 % |", 0.1, True),
        ("| a | 1.7 % |", 0.1, False),
        ("| b | 1.5 % |", 9.0, False),
        ("| a | 1.5 % | 2 |", 9.0, False),
    ],
)
def test_only_numbers_may_differ_and_only_so_much(made: str, tolerance: float, same: bool) -> None:
    assert same_text("| a | 1.5 % |", made, tolerance) is same


def test_thousands_are_read_as_such() -> None:
    assert same_text("1,000 of 2,000", "1,001 of 2,000", 1.0)
    assert not same_text("1,000", "1,002", 1.0)


def test_a_page_is_held_against_what_is_made_and_written_only_when_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(written, "DOCS", tmp_path)
    monkeypatch.delenv("WRITE_DOCS", raising=False)
    page = tmp_path / "page.md"
    page.write_text("head\n<!-- made by x -->\nold\n<!-- end -->\ntail\n")
    with pytest.raises(AssertionError, match="and not"):
        check_written("page.md", "x", "new")
    with pytest.raises(AssertionError, match="lacks"):
        check_written("page.md", "y", "new")
    monkeypatch.setenv("WRITE_DOCS", "1")
    check_written("page.md", "x", "new")
    assert page.read_text() == "head\n<!-- made by x -->\nnew\n<!-- end -->\ntail\n"
    monkeypatch.delenv("WRITE_DOCS")
    check_written("page.md", "x", "new")
