"""The options of suite `domains`."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field

SUITE = "domains"
WHERE = f"suites.{SUITE}"
"""Where these options lie in a config, for error messages."""


class Options(BaseModel):
    """What a config may say under `suites: [{domains: {…}}]`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    collection: str = Field(
        default="collection", min_length=1, description="the key of a response's extras that names it"
    )
    names: Mapping[str, str] = Field(
        default_factory=dict, description="collections that are not named as their domain, domain: collection"
    )
    tolerance: float = Field(
        default=0.10, gt=0, lt=1, description="a gap, or a share of misrouted questions, up to it is no alarm"
    )
