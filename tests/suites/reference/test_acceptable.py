"""Which references count, and what happens where there are none."""

import pytest
from pydantic import JsonValue

from bakeoff.evals.errors import InputError
from bakeoff.evals.records import Answered, Failure, Output, Response, Sample, Score, Status
from bakeoff.suites.reference.acceptable import (
    acceptable_answers,
    without_comparison,
    without_reference,
)


def sample(reference: str | None, references: JsonValue = None, *, answerable: bool = True) -> Sample:
    extras = {} if references is None else {"references": references}
    return Sample(id="s1", question="Why?", reference=reference, extras=extras, answerable=answerable)


def test_the_reference_comes_first_and_blank_or_repeated_ones_go() -> None:
    assert acceptable_answers(sample("yes", ["no", " ", "yes", "maybe"])) == ("yes", "no", "maybe")
    assert acceptable_answers(sample(None, ["no"])) == ("no",)
    assert acceptable_answers(sample(" \n")) == ()
    assert acceptable_answers(sample(None)) == ()


@pytest.mark.parametrize("references", ["no", 3, {"a": "b"}, ["no", 3], [None]])
def test_malformed_references_name_the_sample(references: JsonValue) -> None:
    with pytest.raises(InputError, match=r"'s1'.*references") as caught:
        acceptable_answers(sample("yes", references))
    assert "\n" not in str(caught.value)


OUTPUT = Output(name="o", low=-1.0, high=1.0)


def answered(reference: str | None = "yes", *, abstained: bool = False, answerable: bool = True) -> Answered:
    return Answered(
        system="s",
        retrieves=False,
        sample=sample(reference, answerable=answerable),
        response=Response(text="I cannot say."),
        abstained=abstained,
    )


def failing(reference: str | None) -> Answered:
    failure = Failure(kind="error", message="boom")
    return answered(reference).model_copy(update={"response": Response(error=failure)})


def test_without_a_reference_nothing_applies_whatever_was_answered() -> None:
    for item in (answered(None), answered(None, abstained=True), failing(None)):
        score = without_reference(item)
        assert score is not None
        assert (score.status, score.value, score.reason) == (Status.NOT_APPLICABLE, None, "no reference")
        assert without_comparison(item, OUTPUT, 0.0) == score
    assert without_reference(failing("yes")) is None


def test_an_answer_beside_a_reference_is_left_to_the_comparison() -> None:
    assert without_comparison(answered(), OUTPUT, 0.0) is None


def test_a_failure_is_worth_what_the_output_says() -> None:
    worst = without_comparison(failing("yes"), OUTPUT, 0.0)
    left_out = without_comparison(failing("yes"), OUTPUT.model_copy(update={"on_failure": "leave_out"}), 0.0)
    assert worst == Score(status=Status.SYSTEM_FAILED, value=-1.0, reason="boom")
    assert left_out == Score(status=Status.SYSTEM_FAILED, reason="boom")


def test_an_abstention_is_worth_nothing_only_where_there_was_something_to_give() -> None:
    given = without_comparison(answered(abstained=True), OUTPUT, 0.0)
    right = without_comparison(answered(abstained=True, answerable=False), OUTPUT, 0.0)
    assert given is not None
    assert right is not None
    assert (given.status, given.value) == (Status.ABSTAINED, 0.0)
    assert (right.status, right.value) == (Status.ABSTAINED, None)
