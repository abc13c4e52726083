"""The metric `bertscore`: wiring, statuses, truncation, batches."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bakeoff.evals.protocols import Metric, Tools
from bakeoff.evals.records import Answered, Failure, Response, Sample, Score, Status
from bakeoff.suites.reference import bertscore
from bakeoff.suites.reference.bertscore import NAMES, BertScore
from bakeoff.suites.reference.bertscore_choice import choose
from bakeoff.suites.reference.bertscore_model import load
from bakeoff.suites.reference.options import Options

NO_TOOLS = Tools(judge=None, encoder=None)  # type: ignore[arg-type]  # neither is ever touched

# question, gold passage, reference and answer all differ, in every item
ITEMS = [
    ("q one", "gold one", "the cat sat on the mat", "a dog slept under a table"),
    ("q two", "gold two", "refund within 30 days", "paid in full within 12 hours today"),
    ("q three", "gold three", "it rains in Paris", "nobody knows why it is not red"),
    ("q four", "gold four", "printer needs new ink every month", "the blue cartridge is not in the printer"),
]


def answered(
    number: int,
    text: str | None = None,
    *,
    system: str = "s",
    reference: str | None = "",
    references: object = None,
) -> Answered:
    question, gold, given, answer = ITEMS[number % len(ITEMS)]
    extras = {} if references is None else {"references": references}
    sample = Sample(
        id=f"sample {number}",
        question=question,
        reference=given if reference == "" else reference,
        reference_contexts=(gold,),
        extras=extras,
    )
    return Answered(
        system=system,
        retrieves=False,
        sample=sample,
        response=Response(text=answer if text is None else text),
    )


@pytest.fixture(scope="module")
def metric(bert: Path) -> BertScore:
    return BertScore(choose(Options(model=str(bert), layer=2, device="cpu"), Path()))


def scores(metric: BertScore, *items: Answered) -> list[dict[str, Score]]:
    rows = asyncio.run(metric.score(items, NO_TOOLS))
    assert len(rows) == len(items)
    return [row for row in rows if row is not None]


def values(row: dict[str, Score]) -> tuple[float | None, ...]:
    assert tuple(row) == NAMES
    return tuple(row[name].value for name in NAMES)


def test_precision_recall_and_f1_are_the_packages(metric: BertScore, bert: Path) -> None:
    """Answer and reference of each item, in that order and no other, reach bert-score."""
    from bert_score import score

    answers, references = [item[3] for item in ITEMS], [item[2] for item in ITEMS]
    expected = score(answers, references, model_type=str(bert), num_layers=2, device="cpu")
    found = scores(metric, *(answered(i) for i in range(4)))
    for row, precision, recall, f1 in zip(found, *(column.tolist() for column in expected), strict=True):
        assert values(row) == pytest.approx((precision, recall, f1), abs=1e-5)
        assert abs(precision - recall) > 1e-4


def test_the_default_is_the_embedded_model() -> None:
    from bert_score import score

    embedded = BertScore(choose(Options(device="cpu"), Path()))
    (row,) = scores(embedded, answered(1))
    choice = embedded.choice
    expected = score(
        [ITEMS[1][3]], [ITEMS[1][2]], model_type=choice.source, num_layers=choice.layer, device="cpu"
    )
    assert values(row) == pytest.approx([float(column) for column in expected], abs=1e-5)


def test_the_best_of_several_references_counts_for_each_number_by_itself(metric: BertScore) -> None:
    texts = ["the red cat", "a dog slept today under the old table in Rome", "why"]
    (together,) = scores(metric, answered(0, references=texts))
    alone = [
        values(row)
        for row in scores(metric, *(answered(0, reference=text) for text in [ITEMS[0][2], *texts]))
    ]
    best = [max(column) for column in zip(*alone, strict=True)]
    assert values(together) == pytest.approx(best, abs=1e-5)
    assert tuple(best) not in alone


def test_statuses(metric: BertScore) -> None:
    abstained = answered(1).model_copy(update={"abstained": True})
    failed = answered(2).model_copy(
        update={"response": Response(error=Failure(kind="error", message="boom"))}
    )
    rows = scores(
        metric,
        answered(0, reference=None),
        abstained,
        failed,
        answered(3, ""),
        answered(3, "\u200b"),
        answered(3, "[SEP]"),
        answered(3, reference="\u200b"),
        answered(3),
    )
    statuses = [Status.NOT_APPLICABLE, Status.ABSTAINED, Status.SYSTEM_FAILED, *[Status.SCORED] * 3]
    statuses += [Status.NOT_APPLICABLE, Status.SCORED]
    for name in NAMES:
        assert [row[name].status for row in rows] == statuses
        assert [row[name].value for row in rows[:7]] == [None, None, None, 0.0, 0.0, 0.0, None]
    reasons = [row[NAMES[2]].reason or "" for row in rows]
    assert reasons[0] == "no reference"
    assert "abstention" in reasons[1]
    assert reasons[2] == "boom"
    assert all("empty" in reason for reason in reasons[3:6])
    assert reasons[7] == ""


def test_it_says_where_it_does_not_apply_before_anything_is_scored(metric: BertScore) -> None:
    assert metric.inapplicable(answered(0, reference=None)) is not None
    assert metric.inapplicable(answered(0)) is None


def test_a_batch_without_anything_to_compare_loads_no_model() -> None:
    never = BertScore(choose(Options(device="nonsense"), Path()))
    (row,) = scores(never, answered(0, reference=None))
    assert values(row) == (None, None, None)


def test_truncated_texts_are_counted_and_named(metric: BertScore) -> None:
    fits, cut = " red" * 30, " red" * 31
    rows = scores(
        metric,
        answered(0, fits),
        answered(0, cut),
        answered(0, reference=cut),
        answered(0, cut, reference=cut),
    )
    details = [row[NAMES[0]].detail for row in rows]
    assert [detail["candidate_truncated"] for detail in details] == [False, True, False, True]
    assert [detail["reference_truncated"] for detail in details] == [False, False, True, True]
    assert [detail["candidate_tokens"] for detail in details][:2] == [32, 33]
    reasons = [row[NAMES[1]].reason for row in rows]
    assert reasons[0] is None
    assert reasons[1] == "score is of the head only: answer beyond 32 tokens"
    assert reasons[3] == "score is of the head only: answer and reference beyond 32 tokens"
    assert values(rows[0]) == values(rows[1])


HOSTILE = [
    "\ud800 lone",
    "\x00",
    "\ue000",
    "👩‍👩‍👧‍👦" * 50,
    "a\u0300" * 300,
    "</s><s>[CLS][PAD]",
    "\u202eevil",
    "\n" * 99,
]


@pytest.mark.parametrize("name", ["bert", "roberta"])
def test_hostile_text_harms_neither_itself_nor_its_neighbours(
    name: str, request: pytest.FixtureRequest
) -> None:
    folder = request.getfixturevalue(name)
    metric = BertScore(choose(Options(model=str(folder), layer=2, device="cpu"), Path()))
    (plain,) = scores(metric, answered(0))
    rows = scores(metric, *(answered(i, text) for i, text in enumerate(HOSTILE)), answered(0, system="t"))
    references = scores(metric, *(answered(i, reference=text) for i, text in enumerate(HOSTILE)))
    assert values(rows[-1]) == pytest.approx(values(plain), abs=1e-5)
    assert all(row[NAMES[2]].status is Status.SCORED for row in rows)
    assert all(row[NAMES[2]].status in (Status.SCORED, Status.NOT_APPLICABLE) for row in references)


def test_a_score_does_not_depend_on_the_batch(metric: BertScore) -> None:
    batch = [answered(i, "why " * (3 * i + 1) + ITEMS[i % 4][3], system=f"s{i % 3}") for i in range(12)]
    whole = scores(metric, *batch)
    backwards = scores(metric, *reversed(batch))[::-1]
    alone = [scores(metric, item)[0] for item in batch]
    for one, two, three in zip(whole, backwards, alone, strict=True):
        assert values(one) == pytest.approx(values(two), abs=1e-5)
        assert values(one) == pytest.approx(values(three), abs=1e-5)


def texts_seen(metric: BertScore, *items: Answered) -> int:
    """How many texts the model's forward is given."""
    rows: list[int] = []
    model = load(metric.choice).model
    hook = model.register_forward_pre_hook(lambda _, given: rows.append(int(given[0].shape[0])))
    try:
        scores(metric, *items)
    finally:
        hook.remove()
    return sum(rows)


def five_systems() -> list[Answered]:
    """40 samples, answered by five systems, system by system; each text occurs for one sample only."""
    return [
        answered(i, f"{system} {i} {ITEMS[i % 4][3]}", system=system, reference=f"{i} {ITEMS[i % 4][2]}")
        for system in ("cat", "dog", "ink", "red", "mat")
        for i in range(40)
    ]


def test_references_shared_by_systems_are_embedded_once(metric: BertScore) -> None:
    assert texts_seen(metric, *five_systems()) == 40 * 5 + 40


def test_references_are_embedded_once_in_small_memory_too(
    metric: BertScore, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = scores(metric, *five_systems())
    monkeypatch.setattr(bertscore, "WORKING_BYTES", 4 * 24 * 200)
    assert texts_seen(metric, *five_systems()) == 40 * 5 + 40
    for one, two in zip(whole, scores(metric, *five_systems()), strict=True):
        assert values(one) == pytest.approx(values(two), abs=1e-5)


def test_batches_at_the_same_time_do_not_mix(metric: BertScore) -> None:
    async def both() -> list[list[dict[str, Score] | None]]:
        return await asyncio.gather(
            *(metric.score([answered(i), answered(i + 1)], NO_TOOLS) for i in range(3))
        )

    together = asyncio.run(both())
    for i, rows in enumerate(together):
        for row, expected in zip(rows, scores(metric, answered(i), answered(i + 1)), strict=True):
            assert row is not None
            assert values(row) == pytest.approx(values(expected), abs=1e-5)


def test_outputs_state_model_layer_scale_and_versions(metric: BertScore, bert: Path, tmp_path: Path) -> None:
    from bert_score.utils import get_hash

    plain: Metric = metric
    package_hash = get_hash("bert", 2, False, False, False, False).replace("0.3.12", "0.3.13")
    for output in plain.outputs:
        assert output.note.startswith(f"{package_hash}, unrescaled")
        assert (output.low, output.high, output.margin, output.on_failure) == (None, None, 0.01, "leave_out")
    baseline = tmp_path / "b.tsv"
    baseline.write_text("LAYER,P,R,F\n0,0,0,0\n1,0,0,0\n2,0.5,0.75,0.8\n")
    rescaled = BertScore(choose(Options(model=str(bert), layer=2, baseline=str(baseline)), Path()))
    assert [output.margin for output in rescaled.outputs] == pytest.approx([0.02, 0.04, 0.05])
    assert "unrescaled" not in rescaled.outputs[0].note
