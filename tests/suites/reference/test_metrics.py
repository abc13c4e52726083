"""Exact match and token F1 as metrics: wiring, statuses, identity."""

import asyncio

import pytest

from bakeoff.evals.protocols import Metric, Tools
from bakeoff.evals.records import Answered, Failure, Response, Sample, Score, Status
from bakeoff.suites.reference.metrics import Overlap, exact_match_metric, token_f1_metric

NO_TOOLS = Tools(judge=None, encoder=None)  # type: ignore[arg-type]  # neither is ever touched


def item(
    reference: str | None, response: Response, *, abstained: bool = False, answerable: bool = True
) -> Answered:
    asked = Sample(id="s", question="a b c d", reference=reference, answerable=answerable)
    return Answered(system="s", retrieves=False, sample=asked, response=response, abstained=abstained)


def scores(metric: Overlap, *items: Answered) -> list[Score]:
    rows = asyncio.run(metric.score(items, NO_TOOLS))
    assert len(rows) == len(items)
    return [row[metric.name] for row in rows if row is not None]


def test_each_item_gets_its_own_score_in_order() -> None:
    batch = [
        item("w x y", Response(text="w x z")),
        item("a b c d", Response(text="The e.")),
        item("u", Response(text="U!")),
    ]
    assert [score.value for score in scores(token_f1_metric(), *batch)] == pytest.approx([2 / 3, 0.0, 1.0])
    assert [score.value for score in scores(exact_match_metric(), *batch)] == [0.0, 0.0, 1.0]


@pytest.mark.parametrize("metric", [exact_match_metric(), token_f1_metric()], ids=lambda metric: metric.name)
def test_statuses(metric: Overlap) -> None:
    found = scores(
        metric,
        item(None, Response(text="yes")),
        item("yes", Response(text="I do not know."), abstained=True),
        item("none", Response(text="I do not know."), abstained=True, answerable=False),
        item("none", Response(text="none"), answerable=False),
        item("yes", Response(error=Failure(kind="time_out", message="60 s passed"))),
        item("yes", Response(text="")),
    )
    assert [(score.status, score.value) for score in found] == [
        (Status.NOT_APPLICABLE, None),
        (Status.ABSTAINED, 0.0),
        (Status.ABSTAINED, None),
        (Status.SCORED, 1.0),
        (Status.SYSTEM_FAILED, 0.0),
        (Status.SCORED, 0.0),
    ]


def test_it_says_where_it_does_not_apply_before_anything_is_scored() -> None:
    failed = Response(error=Failure(kind="error", message="boom"))
    assert exact_match_metric().inapplicable(item(None, failed)) is not None
    assert exact_match_metric().inapplicable(item("yes", failed)) is None


def test_outputs_and_identity() -> None:
    metrics: list[Metric] = [exact_match_metric(), token_f1_metric()]
    for metric in metrics:
        (output,) = metric.outputs
        assert (output.low, output.high, output.on_failure, output.direction) == (0, 1, "worst", "higher")
    assert metrics[0].fingerprint != metrics[1].fingerprint
    assert metrics[0].fingerprint == exact_match_metric().fingerprint
