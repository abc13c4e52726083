"""The error budget: right and wrong, by passage, by source, and what systems say from memory."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bakeoff.evals.protocols import Preparing, Tools
from bakeoff.evals.records import (
    Answered,
    Capability,
    Context,
    Failure,
    Kind,
    Response,
    Sample,
    Score,
    Status,
)
from bakeoff.evals.table import SystemInfo
from bakeoff.suites.retrieval.errors import BY_PASSAGE, BY_SOURCE, ErrorsMetric
from bakeoff.suites.retrieval.priors import learn

NO_TOOLS = Tools(cast(Any, None), cast(Any, None))
QUESTION = "How long is the warranty of the Arvend 3, and where is it honoured?"
REFERENCE = "The warranty lasts 24 months and is honoured in Calvorn."
PAGE = Context(
    text="The warranty of the Arvend 3 lasts 24 months; it is honoured in Calvorn.", id="a#1", source="a"
)
OLD = Context(
    text="The warranty of the Arvend 2 lasts 36 months; it is honoured in Zuvor.", id="b#1", source="b"
)
SAMPLE = Sample(id="s", question=QUESTION, reference=REFERENCE, reference_context_ids=("a",))
CLOSED = SAMPLE.model_copy(update={"id": "s~retrieval:closed_book", "origin": "s", "variant": "closed_book"})


def info(name: str, parent: str | None = None, *, retrieves: bool = True) -> SystemInfo:
    capabilities = frozenset({Capability.RETRIEVES} if retrieves else ())
    kind = Kind.RAG if retrieves else Kind.PROMPT
    return SystemInfo(name=name, kind=kind, parent=parent, fingerprint=name, capabilities=capabilities)


SYSTEMS = [info("base", retrieves=False), info("rag", "base")]


def item(
    text: str, *contexts: Context, system: str = "rag", sample: Sample = SAMPLE, **fields: Any
) -> Answered:
    response = Response(text=text, contexts=contexts)
    return Answered(system=system, retrieves=system != "base", sample=sample, response=response, **fields)


def marks(metric: ErrorsMetric, answer: Answered) -> set[str]:
    return {name for name, score in scores(metric, answer).items() if score.value}


def scores(metric: ErrorsMetric, answer: Answered) -> dict[str, Score]:
    (found,) = asyncio.run(metric.score([answer], NO_TOOLS))
    assert found is not None
    return found


def remembering(*answers: Answered, systems: Iterable[SystemInfo] = SYSTEMS) -> ErrorsMetric:
    metric = ErrorsMetric()
    assert isinstance(metric, Preparing)
    metric.prepare(list(systems), answers)
    return metric


MEMORY = item("It lasts 12 months, in Bellmor.", system="base")


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        (item("24 months, in Calvorn.", PAGE), set()),
        (item("24 months, in Calvorn."), set()),  # right all the same
        (item("36 months, in Zuvor.", OLD), {"wrong", "wrong_missing", "wrong_from_context"}),
        (item("36 months, in Zuvor.", OLD, PAGE), {"wrong", "wrong_ignored", "wrong_from_context"}),
        (item("12 months, in Bellmor.", PAGE), {"wrong", "wrong_ignored", "wrong_from_memory"}),
        (item("12 months, in Bellmor."), {"wrong", "wrong_missing", "wrong_from_memory"}),
        (
            item("24 months, in Bellmor.", PAGE),
            {"wrong", "wrong_ignored", "wrong_from_memory"},
        ),  # half of each
        (item("99 months, in Bellmor.", PAGE), {"wrong", "wrong_ignored", "wrong_invented"}),
        (item("99 months.", OLD), {"wrong", "wrong_missing", "wrong_invented"}),
        (item("24 months.", PAGE), {"wrong", "wrong_ignored", "wrong_from_context"}),  # half of the answer
        (item("I do not know.", PAGE, abstained=True), {"unanswered"}),
        (item("36 months, in Zuvor [7].", OLD), {"wrong", "wrong_missing", "wrong_from_context"}),
        (item("36 months [24], in Calvorn.", PAGE), {"wrong", "wrong_ignored", "wrong_invented"}),
        (item("", PAGE), {"wrong", "wrong_ignored", "wrong_invented"}),
    ],
)
def test_each_wrong_answer_is_put_where_it_belongs(answer: Answered, wanted: set[str]) -> None:
    assert marks(remembering(MEMORY), answer) == wanted


def test_the_evidence_says_why() -> None:
    found = scores(remembering(MEMORY), item("24 months, in Bellmor.", PAGE))["wrong"]
    assert found.detail == {
        "ranks": {"a": 1},
        "documents": 1,
        "known_by": "ids",
        "lacks": ["Calvorn"],
        "not_in_contexts": ["Bellmor"],
        "memory": {"system": "base", "answer": "It lasts 12 months, in Bellmor."},
    }


def test_an_abstention_is_neither_wrong_nor_right() -> None:
    found = scores(ErrorsMetric(), item("I do not know.", PAGE, abstained=True))
    assert {score.status for score in found.values()} == {Status.ABSTAINED}
    assert found["wrong"].value == 0


def test_any_acceptable_answer_is_right() -> None:
    sample = SAMPLE.model_copy(update={"extras": {"references": ["Two years, in Ostrel."]}})
    assert marks(ErrorsMetric(), item("In Ostrel, for 2 years.", OLD, sample=sample)) == set()


def test_a_bare_no_is_never_from_the_passages() -> None:
    sample = Sample(id="s", question="Is it covered?", reference="Yes.", reference_context_ids=("a",))
    no = Context(text="There is no cover, no.", source="a")
    metric = remembering(item("No, it is not.", system="base", sample=sample))
    assert marks(metric, item("No.", no, sample=sample)) == {"wrong", "wrong_ignored", "wrong_from_memory"}
    assert "wrong_invented" in marks(ErrorsMetric(), item("No.", no, sample=sample))


def test_the_systems_own_closed_book_answer_comes_before_its_parents() -> None:
    own = item("36 months, in Zuvor.", sample=CLOSED)
    metric = remembering(MEMORY, own)
    assert "wrong_from_memory" in marks(metric, item("36 months, in Zuvor.", PAGE))
    assert "wrong_invented" in marks(metric, item("12 months, in Bellmor.", PAGE))


def test_who_declines_gave_no_answer_from_memory() -> None:
    declined = item("I do not know 36 months.", sample=CLOSED, abstained=True)
    assert "wrong_from_memory" in marks(remembering(MEMORY, declined), item("12 months, in Bellmor.", PAGE))
    silent = item("I cannot say.", system="base", abstained=True)
    assert "wrong_invented" in marks(remembering(silent), item("12 months, in Bellmor.", PAGE))


def test_the_nearest_ancestor_without_retrieval_is_asked_through_those_that_retrieve() -> None:
    systems = [*SYSTEMS, info("hybrid", "rag"), info("stray", "nobody"), info("loop", "loop")]
    priors = learn(systems, [MEMORY])
    assert priors.elders == {"rag": "base", "hybrid": "base"}
    found = priors.of("hybrid", CLOSED)
    assert found is not None
    assert (found.system, found.text) == ("base", "It lasts 12 months, in Bellmor.")
    assert priors.of("stray", SAMPLE) is None


def test_only_memory_is_learnt_and_of_repeats_the_first() -> None:
    answers = [
        item("open book", PAGE),
        item("first", sample=CLOSED),
        item("second", sample=CLOSED, repeat=1),
        item("another suite's variant", system="base", sample=CLOSED.model_copy(update={"variant": "typos"})),
        MEMORY,
    ]
    assert learn(SYSTEMS, answers).answers == {("rag", "s"): "first", ("base", "s"): MEMORY.response.text}


def test_the_fingerprint_covers_what_was_learnt() -> None:
    fresh, learnt = ErrorsMetric(), remembering(MEMORY)
    assert fresh.fingerprint != learnt.fingerprint
    assert learnt.fingerprint == remembering(MEMORY).fingerprint
    assert learnt.fingerprint != remembering(item("13 months.", system="base")).fingerprint
    assert "system" in learnt.also_reads


def test_where_there_is_no_budget() -> None:
    metric = ErrorsMetric()
    outside = [
        item("x", system="base"),
        item("x", sample=SAMPLE.model_copy(update={"reference": None})),
        item("x", sample=SAMPLE.model_copy(update={"reference": "?"})),
        item("x", sample=SAMPLE.model_copy(update={"answerable": False})),
        item("x", Context(text="no id")),
    ]
    for answer in outside:
        assert {score.status for score in scores(metric, answer).values()} == {Status.NOT_APPLICABLE}
    failed = item("x").model_copy(update={"response": Response(error=Failure(kind="error", message="boom"))})
    assert {score.value for score in scores(metric, failed).values()} == {None}


WORDS = st.lists(
    st.sampled_from(["24", "36", "12", "99", "Calvorn", "Zuvor", "Bellmor", "yes", "in"]), max_size=4
)


@settings(deadline=None)
@given(WORDS, st.lists(st.sampled_from([PAGE, OLD])), st.booleans(), WORDS)
def test_the_parts_always_add_up(
    words: list[str], contexts: list[Context], abstained: bool, memory: list[str]
) -> None:
    prior = item(" ".join(memory), system="base")
    found = scores(remembering(prior), item(" ".join(words), *contexts, abstained=abstained))
    value = {name: score.value or 0.0 for name, score in found.items()}
    assert value["wrong"] == sum(value[name] for name in BY_PASSAGE)
    assert value["wrong"] == sum(value[name] for name in BY_SOURCE)
    assert value["unanswered"] == abstained
    assert value["wrong"] + value["unanswered"] <= 1
