"""From stored runs down to single items, with both answers and the evidence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from toys.plan import Matches, ToySuite, ToySystem, context, plan, questions, store_in, text

from bakeoff.evals.drill_down import changed_items
from bakeoff.evals.errors import InputError
from bakeoff.evals.records import Capability, Failure, Request, Response, Turn
from bakeoff.evals.runner import run
from bakeoff.evals.store import Store


def fails_on_two(request: Request) -> Response:
    """Right on even questions, its own error on q2."""
    if request.question == "q2":
        return Response(error=Failure(kind="error", message="out of memory"))
    right = int(request.question[1:]) % 2 == 0
    return Response(text=request.question if right else "Nobody knows.")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = store_in(tmp_path)
    yield made
    made.close()


def two_systems(store: Store) -> None:
    low = ToySystem("low", text(lambda q: q if int(q[1:]) < 4 else "wrong"))
    samples = questions(8, domain="numbers")
    samples[1] = samples[1].model_copy(update={"conversation": (Turn(role="user", content="Hello."),)})
    run(plan([low, ToySystem("even", fails_on_two)], samples), store)


def test_items_hold_what_is_needed_to_see_why(store: Store) -> None:
    two_systems(store)
    found = changed_items(store, ["low", "even"], "match")
    assert (found.before, found.after, found.run) == ("low", "even", "toy-run-1")
    # low is right on 0–3, even on 0, 4, 6
    assert [item.id for item in found.items] == ["s1", "s2", "s3", "s4", "s6"]
    assert (found.scored, found.unscored, found.worse, found.better) == (8, 0, 3, 2)
    lost, failed, won = found.items[0], found.items[1], found.items[-1]
    assert (lost.question, lost.reference, lost.domain, lost.change) == ("q1", "q1", "numbers", -1.0)
    assert [turn.content for turn in lost.conversation] == ["Hello."]
    assert (lost.worse, won.worse) == (True, False)
    assert (lost.before.name, lost.before.value, lost.before.answers[0].text) == ("low", 1.0, "q1")
    assert (lost.after.name, lost.after.value, lost.after.answers[0].text) == ("even", 0.0, "Nobody knows.")
    assert (failed.after.answers[0].text, failed.after.answers[0].error) == (None, "error: out of memory")
    assert failed.after.answers[0].status == "system_failed"


def test_the_baseline_is_the_first_name(store: Store) -> None:
    two_systems(store)
    back = changed_items(store, ["even", "low"], "toy.match", limit=3)
    assert [(item.id, item.change) for item in back.items] == [("s1", 1.0), ("s2", 1.0), ("s3", 1.0)]
    assert (back.worse, back.better) == (2, 3)


def test_the_limit_is_kept(store: Store) -> None:
    two_systems(store)
    assert [item.id for item in changed_items(store, ["low", "even"], "match", limit=2).items] == ["s1", "s2"]


def test_lower_is_better_where_the_metric_says_so(store: Store) -> None:
    two_systems(store)
    found = changed_items(store, ["low", "even"], "failure_rate")
    assert [(item.id, item.change, item.worse) for item in found.items] == [("s2", 1.0, True)]


def test_the_judges_evidence_is_shown_and_what_it_could_not_score_counted(store: Store) -> None:
    loud = ToySystem("loud", text(lambda q: "SAY " + q if q != "q3" else "UNJUDGEABLE"))
    contexts = ToySystem(
        "reads",
        lambda _: Response(text="say it", contexts=(context("a passage"),)),
        capabilities=[Capability.LIVE, Capability.RETRIEVES],
    )
    run(plan([contexts, loud], questions(4)), store)
    found = changed_items(store, ["reads", "loud"], "loudness")
    assert (found.scored, found.unscored) == (3, 1)
    item = found.items[0]
    assert item.after.answers[0].detail == {"said": item.after.value}
    assert item.before.answers[0].contexts == (context("a passage"),)


def test_each_repeat_has_its_answer(store: Store) -> None:
    calls = iter("abcdefgh")
    wavering = ToySystem("wavering", lambda _: Response(text=next(calls)))
    right = ToySystem("right", text(str))
    run(plan([right, wavering], questions(2), repeats=2), store)
    found = changed_items(store, ["right", "wavering"], "match")
    assert [answer.repeat for answer in found.items[0].after.answers] == [0, 1]
    said = {answer.text for item in found.items for answer in item.after.answers}
    assert len(said) == 4


def test_runs_are_drilled_into_over_all_common_systems_and_by_content(store: Store) -> None:
    first = [ToySystem("a", text(str)), ToySystem("b", text(str)), ToySystem("gone", text(str))]
    run(plan(first, questions(3)), store)
    renamed = [one.model_copy(update={"id": f"new-{one.id}"}) for one in questions(3)][::-1]
    second = [
        ToySystem("a", text(lambda q: q if q != "q1" else "wrong"), fingerprint="a2"),
        ToySystem("b", text(lambda _: "wrong"), fingerprint="b2"),
    ]
    run(plan(second, renamed), store, fresh=True)
    found = changed_items(store, ["toy-run-1", "toy-run-2"], "match")
    assert found.run is None
    assert found.scored == 6
    told = [(item.id, item.before.name, item.after.name, item.after.sample) for item in found.items]
    assert told == [
        ("s0", "b@toy-run-1", "b@toy-run-2", "new-s0"),
        ("s1", "a@toy-run-1", "a@toy-run-2", "new-s1"),
        ("s1", "b@toy-run-1", "b@toy-run-2", "new-s1"),
        ("s2", "b@toy-run-1", "b@toy-run-2", "new-s2"),
    ]
    assert [item.before.answers[0].text for item in found.items] == ["q0", "q1", "q1", "q2"]
    assert {item.after.answers[0].text for item in found.items} == {"wrong"}


def test_what_is_not_there_is_named(store: Store) -> None:
    two_systems(store)
    with pytest.raises(InputError, match=r"has no metric 'mach'; did you mean 'match'\?"):
        changed_items(store, ["low", "even"], "mach")
    with pytest.raises(InputError, match=r"has no system 'evn'; did you mean 'even'\?"):
        changed_items(store, ["low", "evn"], "match")
    with pytest.raises(InputError, match="give two systems, or two runs"):
        changed_items(store, ["low", "even", "low"], "match")
    with pytest.raises(InputError, match="at least one item"):
        changed_items(store, ["low", "even"], "match", limit=0)


def test_a_metric_of_several_suites_wants_its_suite(store: Store) -> None:
    suites: list[tuple[ToySuite, dict[str, str]]] = [(ToySuite("one"), {}), (ToySuite("two"), {})]
    run(plan([ToySystem("a", text(str)), ToySystem("b", text(str))], questions(2), suites=suites), store)
    with pytest.raises(InputError, match=r"several suites .*write one of one\.match, two\.match"):
        changed_items(store, ["a", "b"], "match")
    assert changed_items(store, ["a", "b"], "two.match").suite == "two"


def test_runs_without_anything_in_common_are_refused(store: Store) -> None:
    run(plan([ToySystem("a", text(str))], questions(2)), store)
    run(plan([ToySystem("b", text(str))], questions(2)), store, fresh=True)
    run(plan([ToySystem("a", text(str))], questions(2, domain="x")), store, fresh=True)
    with pytest.raises(InputError, match="no system in common"):
        changed_items(store, ["toy-run-1", "toy-run-2"], "match")
    with pytest.raises(InputError, match="no sample in common"):
        changed_items(store, ["toy-run-1", "toy-run-3"], "match")


def test_a_sample_outside_the_metric_is_neither_scored_nor_missing(store: Store) -> None:
    samples = questions(3)
    samples[0] = samples[0].model_copy(update={"reference": None})
    run(plan([ToySystem("a", text(str)), ToySystem("b", text(lambda _: "no"))], samples), store)
    found = changed_items(store, ["a", "b"], "match")
    assert (found.scored, found.unscored, len(found.items)) == (2, 0, 2)
    assert Matches.outputs[0].name == found.metric
