"""What the tests of suite `citations` ask with."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from citing.answers import SupportJudge, answered
from toys.plan import ToyEncoder

from bakeoff.evals.errors import JudgeFailure, TransportFailure
from bakeoff.evals.protocols import Tools
from bakeoff.evals.records import Score
from bakeoff.suites.citations.metric import citations_metric

Ask = Callable[..., dict[str, Score] | None]


@pytest.fixture
def judge() -> SupportJudge:
    return SupportJudge()


@pytest.fixture
def ask(judge: SupportJudge) -> Ask:
    """Scores of one answer by the scripted judge."""

    def score(text: str, passages: Sequence[str] = (), **fields: Any) -> dict[str, Score] | None:
        item = answered(text, passages, **fields)
        (row,) = asyncio.run(citations_metric().score([item], Tools(judge, ToyEncoder())))
        return row

    return score


@pytest.fixture(params=[JudgeFailure("gibberish"), TransportFailure("away")])
def failing(request: pytest.FixtureRequest) -> SupportJudge:
    return SupportJudge(request.param)
