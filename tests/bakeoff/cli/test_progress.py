"""Progress: bars on a terminal, plain lines elsewhere, nothing when quiet."""

from __future__ import annotations

import io
import re

from bakeoff.cli import progress
from bakeoff.evals.progress import Progress, Silent


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def drive(shown: Progress) -> None:
    shown.begin("asking", {"base": 3, "swept[k=1]": 1, "rag": 2, "verdicts": None})
    shown.advance("verdicts", 7)
    shown.advance("base", 2)
    shown.advance("rag", failed=True)
    shown.advance("a line that was not announced")
    shown.end()


def test_quiet_is_silent() -> None:
    assert isinstance(progress.progress_for(Terminal(), quiet=True), Silent)


def test_plain_lines_tell_how_far_how_fast_and_what_is_open() -> None:
    stream = io.StringIO()
    drive(progress.progress_for(stream, quiet=False))
    assert re.fullmatch(
        r"asking: 3 of 6 in \d+\.\d s \(.*/s.*\), 7 verdicts, 1 left open\n", stream.getvalue()
    )
    assert "\x1b" not in stream.getvalue()


def test_bars_have_rate_time_left_and_open_cells() -> None:
    stream = Terminal()
    drive(progress.Bars(stream))
    text = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", stream.getvalue())
    assert "asking base" in text
    assert "asking swept[k=1]" in text
    assert "2/3" in text
    assert "1 open" in text
