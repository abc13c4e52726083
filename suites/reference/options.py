"""The options of suite `reference`."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

WHERE = "suites.reference"
"""Where these options lie in a config, for error messages."""

MetricName = Literal["bertscore", "exact_match", "token_f1"]


class Options(BaseModel):
    """What a config may say under `suites: [{reference: {…}}]`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    metrics: tuple[MetricName, ...] = Field(
        default=("bertscore", "exact_match", "token_f1"), min_length=1, description="which metrics to compute"
    )
    model: str = Field(
        default="embedded",
        min_length=1,
        description="BERTScore's model: embedded (all-MiniLM-L6-v2), a folder, or a Hugging Face name",
    )
    layer: int | None = Field(
        default=None,
        ge=0,
        description="which layer's vectors; default: bert-score's own choice for the model",
    )
    rescale: bool | None = Field(
        default=None, description="rescale with a baseline; default: where bert-score ships one for the model"
    )
    baseline: str | None = Field(default=None, description="a baseline file of your own (LAYER,P,R,F)")
    language: str = Field(
        default="en", pattern="^[A-Za-z-]+$", description="language of the shipped baseline, for example en"
    )
    idf: str | bool = Field(
        default=False, description="a text file of reference sentences, one a line, to weight rare words by"
    )
    device: str | None = Field(default=None, description="torch device; default: cuda where there is one")
    batch_size: int = Field(default=64, ge=1, description="texts per forward pass; does not change scores")
