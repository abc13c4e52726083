"""The options of suite `freshness`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, field_validator

WHERE = "suites.freshness"
"""Where these options lie in a config, for error messages."""

_UNITS = {"s": 1, "sec": 1, "second": 1, "min": 60, "minute": 60, "h": 3600, "hour": 3600, "day": 86_400}
_DURATION = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([a-z]+?)s?\s*", re.IGNORECASE)


class Before(BaseModel):
    """The corpus as it was, read as `documents` are."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: Path = Field(description="a folder of .md or .txt files, or a .json or .jsonl file")
    as_of: str | None = Field(default=None, description="the field that holds each document's date")


class Options(BaseModel):
    """What a config may say under `suites: [{freshness: {…}}]`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    old: str = Field(default="old", min_length=1, description="the samples' field that holds the old value")
    new: str = Field(default="new", min_length=1, description="the field that holds the new value")
    changed: str = Field(
        default="changed", min_length=1, description="the field that holds the date of change"
    )
    before: Before | None = Field(
        default=None,
        description="the documents before the update; default: today's, old values put back into gold ones",
    )
    retraining: Mapping[str, float] = Field(
        default_factory=dict,
        description='how long retraining a system takes, by name: {tuned: "6 hours"}, or in seconds',
    )
    tolerance: float = Field(default=0.10, gt=0, lt=1, description="the share of old values tolerated")
    today: date | None = Field(
        default=None, description="the day from which ages count; default: the newest date in the data"
    )
    ages: bool = Field(default=True, description="also ask all dated samples, for accuracy by age")
    size: int = Field(default=150, ge=1, description="most changed facts to ask about")
    seed: int | None = Field(default=None, description="seed of the draw; default: the run's")

    @field_validator("retraining", mode="before")
    @classmethod
    def _durations(cls, value: object) -> object:
        if not isinstance(value, Mapping):
            return value
        return {name: seconds(stated) for name, stated in value.items()}


def seconds(stated: object) -> float:
    """Seconds of a duration, as a number or with its unit. Raises ValueError where it is none.

    >>> seconds("1.5 hours")
    5400.0
    """
    if isinstance(stated, int | float) and not isinstance(stated, bool) and 0 <= stated < float("inf"):
        return float(stated)
    match = _DURATION.fullmatch(stated) if isinstance(stated, str) else None
    unit = _UNITS.get(match[2].lower()) if match else None
    if match is None or unit is None:
        raise ValueError(f"{stated!r} is no duration: write seconds, or a number with s, min, hours or days")
    return float(match[1]) * unit
