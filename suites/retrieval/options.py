"""The options of suite `retrieval`."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

WHERE = "suites.retrieval"
"""Where these options lie in a config, for error messages."""


class Options(BaseModel):
    """What a config may say under `suites: [{retrieval: {…}}]`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    k: int = Field(default=3, ge=1, description="how many of the best documents precision@k looks at")
    closed_book: bool = Field(
        default=True,
        description="also ask each question without passages, to tell what an answer has from memory",
    )
    by_text: bool = Field(
        default=False,
        description="know gold passages by their text even where samples and contexts have ids",
    )
    tolerance: float = Field(
        default=0.10,
        gt=0,
        lt=1,
        description="share of questions whose passage may be missed",
    )
