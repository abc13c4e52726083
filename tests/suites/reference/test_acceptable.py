"""Which references count, and what happens where there are none."""

import pytest
from pydantic import JsonValue

from bakeoff.evals.errors import InputError
from bakeoff.evals.records import Answered, Response, Sample, Status
from bakeoff.suites.reference.acceptable import acceptable_answers, without_comparison


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


def answered(*, abstained: bool, answerable: bool) -> Answered:
    return Answered(
        system="s",
        retrieves=False,
        sample=sample("yes", answerable=answerable),
        response=Response(text="I cannot say."),
        abstained=abstained,
    )


def test_only_abstentions_and_missing_references_are_settled_without_comparing() -> None:
    plain = answered(abstained=False, answerable=True)
    assert without_comparison(plain, ("yes",), 0.0) is None
    missing = without_comparison(plain, (), 0.0)
    assert missing is not None
    assert (missing.status, missing.value, missing.reason) == (Status.NOT_APPLICABLE, None, "no reference")


def test_an_abstention_is_worth_nothing_only_where_there_was_something_to_give() -> None:
    given = without_comparison(answered(abstained=True, answerable=True), ("yes",), 0.0)
    right = without_comparison(answered(abstained=True, answerable=False), ("yes",), 0.0)
    assert given is not None
    assert right is not None
    assert (given.status, given.value) == (Status.ABSTAINED, 0.0)
    assert (right.status, right.value) == (Status.ABSTAINED, None)
