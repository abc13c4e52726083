"""Durations and what a config may not say."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from bakeoff.suites.freshness.options import Options, seconds
from bakeoff.suites.freshness.wording import duration


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (90, 90.0),
        (0.5, 0.5),
        ("90 s", 90.0),
        ("6 hours", 21_600.0),
        ("1 hour", 3600.0),
        ("2h", 7200.0),
        ("1.5 Min", 90.0),
        ("20 minutes", 1200.0),
        ("2 days", 172_800.0),
    ],
)
def test_durations(stated: object, expected: float) -> None:
    assert seconds(stated) == expected


@pytest.mark.parametrize(
    "stated", ["soon", "6", "6 fortnights", "-1 h", -1, True, None, float("inf"), float("nan")]
)
def test_what_is_no_duration(stated: object) -> None:
    with pytest.raises(ValueError, match="is no duration"):
        seconds(stated)


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (0.0421, "0.042 s"),
        (1.234, "1.23 s"),
        (119, "119 s"),
        (150, "2.5 minutes"),
        (86_400, "24 hours"),
        (259_200, "3 days"),
    ],
)
def test_durations_in_words(passed: float, words: str) -> None:
    assert duration(passed) == words


@pytest.mark.parametrize(
    "stated",
    [
        {"olds": "old"},
        {"tolerance": 0},
        {"tolerance": 1.0},
        {"size": 0},
        {"retraining": {"full": "soon"}},
        {"retraining": "6 hours"},
        {"before": {"folder": "docs"}},
        {"today": "yesterday"},
        {"old": ""},
    ],
)
def test_what_is_refused(stated: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Options.model_validate(stated)
