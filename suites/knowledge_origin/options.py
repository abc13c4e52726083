"""The options of suite `knowledge_origin`."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Options(BaseModel):
    """What a config may say under `suites: [{knowledge_origin: {…}}]`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tolerance: float = Field(
        default=0.10,
        gt=0,
        lt=1,
        description="share of claims that may be wrong and in no passage without an alarm",
    )
