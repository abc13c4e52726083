"""What holds of every score, whatever the answer and whatever the judge says."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from citing.answers import answered
from hypothesis import given
from hypothesis import strategies as st
from toys.plan import ToyEncoder, ToyJudge

from bakeoff.evals.identity import digest
from bakeoff.evals.protocols import M, Task, Tools
from bakeoff.evals.records import Citation, Score
from bakeoff.suites.citations.metric import citations_metric

PASSAGES = ("Rain falls.", "Snow lies.", "Rain falls and snow lies.")


class ArbitraryJudge(ToyJudge):
    """A verdict for each pair of context and statement, arbitrary but always the same."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.seed = seed

    async def decide(self, task: Task, inputs: Any, prompt: str, schema: type[M], *, draw: int = 0) -> M:
        given_ = json.loads(prompt.split("\n\ninput: ", 1)[1])
        assert given_ == inputs.model_dump(), "what is under judgement stays inside the JSON"
        if task is Task.DECLINING:
            return schema.model_validate({"reason": "", "verdict": 0})
        rows = [
            {
                "statement": text,
                "reason": "",
                "verdict": int(digest([self.seed, text, given_["context"]]), 16) % 2,
            }
            for text in given_["statements"]
        ]
        return schema.model_validate({"statements": rows})


PARTS = st.sampled_from(
    [
        "Rain falls",
        "snow lies",
        ". ",
        "[1]",
        "[2]",
        "[3]",
        "[1][2][3]",
        "[9]",
        "(d1)",
        "\n",
        "Sources: d1",
        '"}',
        "[^1]",
    ]
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(PARTS, max_size=16).map("".join))
CITATIONS = st.lists(
    st.builds(Citation, source=st.sampled_from(["d1", "d3", "zz"]), start=st.integers(0, 60) | st.none()),
    max_size=3,
)


def scores(text: str, cited: list[Citation], seed: int) -> dict[str, Score]:
    item = answered(text, PASSAGES, citations=tuple(cited))
    (row,) = asyncio.run(citations_metric().score([item], Tools(ArbitraryJudge(seed), ToyEncoder())))
    assert row is not None
    return row


@given(TEXTS, CITATIONS, st.integers(0, 3))
def test_shares_are_shares_and_fit_together(text: str, cited: list[Citation], seed: int) -> None:
    row = scores(text, cited, seed)
    value = {name: score.value for name, score in row.items()}
    assert all(one is None or 0 <= one <= 1 for one in value.values())
    recall, precision, uncited = (
        value[name] for name in ("citation_recall", "citation_precision", "uncited_sentences")
    )
    if recall is None or precision is None or uncited is None:
        assert set(value.values()) == {None}
        return
    assert recall + uncited <= 1 + 1e-9, "a sentence that cites nothing is not supported"
    assert (value["dangling_citations"] is None) == (uncited == 1)
    if value["unsupported_citations"] is not None:
        assert precision + value["unsupported_citations"] <= 1 + 1e-9
        assert (value["unsupported_citations"] == 1) == (recall == 0)
    if value["dangling_citations"] == 1:
        assert (recall, precision) == (0, 0)


@given(st.lists(st.lists(st.integers(0, 3), max_size=3), min_size=1, max_size=4), st.permutations(range(3)))
def test_the_order_of_contexts_plays_no_part(marks: list[list[int]], order: list[int]) -> None:
    """Verdicts that do not hang on the order of the premise's lines give the same scores."""

    class Unordered(ArbitraryJudge):
        async def decide(self, task: Task, inputs: Any, prompt: str, schema: type[M], *, draw: int = 0) -> M:
            lines = sorted(inputs.context.split("\n"))
            rows = [
                {"statement": text, "reason": "", "verdict": int(digest([text, lines]), 16) % 2}
                for text in inputs.statements
            ]
            return schema.model_validate({"statements": rows})

    def scored(passages: tuple[str, ...], numbers: list[int]) -> dict[str, float | None]:
        said = [
            f"Rain falls in place {n} {''.join(f'[{numbers[m]}]' for m in cited)}."
            for n, cited in enumerate(marks)
        ]
        item = answered(f"It rains [{numbers[0]}]. {' '.join(said)}", passages)
        (row,) = asyncio.run(citations_metric().score([item], Tools(Unordered(0), ToyEncoder())))
        assert row is not None
        return {name: score.value for name, score in row.items()}

    moved = tuple(PASSAGES[old] for old in order)
    numbers = [order.index(old) + 1 for old in range(3)]
    assert scored(PASSAGES, [1, 2, 3, 9]) == scored(moved, [*numbers, 9])
