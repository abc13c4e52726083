"""Tables in the documents that tests make: written with WRITE_DOCS=1, else held against what is found."""

from __future__ import annotations

import os
import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
END = "<!-- end -->"
_NUMBER = re.compile(r"-?\d[\d,]*\.?\d*")


def check_written(page: str, mark: str, made: str, tolerance: float = 0.0) -> None:
    """The part of docs/`page` between `<!-- made by mark -->` and `<!-- end -->` is `made`.

    Numbers may differ by `tolerance`, where chance or the clock has a part in them; all else is equal.
    """
    path = DOCS / page
    begin = f"<!-- made by {mark} -->"
    before, found, rest = path.read_text(encoding="utf-8").partition(begin)
    written, end, after = rest.partition(END)
    assert found, f"{page} lacks {begin}"
    assert end, f"{page}: {begin} has no {END}"
    if os.environ.get("WRITE_DOCS"):
        path.write_text(f"{before}{begin}\n{made}\n{END}{after}", encoding="utf-8")
        return
    assert same_text(written.strip(), made, tolerance), f"docs/{page} says\n{written}\nand not\n{made}"


def same_text(written: str, made: str, tolerance: float) -> bool:
    """Whether the texts are equal but for numbers, and those no further apart than `tolerance`."""
    if _NUMBER.sub("#", written) != _NUMBER.sub("#", made):
        return False
    pairs = zip(_numbers(written), _numbers(made), strict=True)
    return all(abs(one - other) <= tolerance + 1e-9 for one, other in pairs)


def writes() -> bool:
    """Whether figures are to be drawn anew."""
    return bool(os.environ.get("WRITE_DOCS"))


def _numbers(text: str) -> list[float]:
    return [float(number.replace(",", "")) for number in _NUMBER.findall(text)]
