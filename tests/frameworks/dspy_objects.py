"""Modules of other shapes, for the tests of the dspy adapter."""

from __future__ import annotations

from typing import Any

import dspy


class AskedTwice(dspy.Module):
    """Asks its model two times."""

    def __init__(self, base_url: str) -> None:
        super().__init__()
        self.respond = dspy.Predict("question -> answer")
        self.set_lm(dspy.LM("openai/m", api_base=base_url, api_key="none"))

    def forward(self, question: str) -> dspy.Prediction:
        self.respond(question=question)
        return self.respond(question=question)


class OtherNames(AskedTwice):
    """Calls its fields what it likes."""

    def forward(self, query: str) -> dspy.Prediction:
        found: list[Any] = [{"long_text": "a passage", "id": 7, "pid": 7}, "bare"]
        return dspy.Prediction(said=self.respond(question=query).answer, found=found)
