"""The options of suite `citations`."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Options(BaseModel):
    """What a config may say under `suites: [{citations: {…}}]`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tolerance: float = Field(
        default=0.10,
        ge=0,
        lt=1,
        description="what is tolerated: of cited sentences, not supported; of citations, naming no passage",
    )
