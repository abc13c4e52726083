"""The options of suite `near_miss`."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

WHERE = "suites.near_miss"
"""Where these options lie in a config, for error messages."""

Family = Literal["version", "product", "combination"]
FAMILIES: tuple[Family, ...] = ("version", "product", "combination")


class Options(BaseModel):
    """What a config may say under `suites: [{near_miss: {…}}]`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    families: tuple[Family, ...] = Field(
        default=FAMILIES, min_length=1, description="which kinds of near-miss questions; default: all"
    )
    size: int = Field(default=150, ge=1, description="most near-miss questions, of all families together")
    tolerance: float = Field(
        default=0.05, gt=0, lt=1, description="how much more than its parent a system may make up"
    )
    domains: tuple[str, ...] | None = Field(
        default=None, min_length=1, description="make them from samples of these domains only; default: all"
    )
    seed: int | None = Field(default=None, description="seed of names and draws; default: the run's")
