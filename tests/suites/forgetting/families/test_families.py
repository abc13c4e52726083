"""Every family: distinct items, references that score, scripted solvers, no leaks, the same everywhere."""

import hashlib
import json
import time
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scripted.near_duplicates import near_duplicate_share
from scripted.solvers import Solver, misformatted, mixed, solved, wrong

from bakeoff.suites.forgetting.families import FAMILIES, Family, Item
from bakeoff.suites.forgetting.families.family import generator
from bakeoff.suites.forgetting.scorers import SCORERS, Mark, check_spec

BY_NAME = {family.name: family for family in FAMILIES}
EACH = pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
FAST = pytest.mark.parametrize(
    "family", [f for f in FAMILIES if f.name != "code"], ids=lambda family: family.name
)
GENERATED = pytest.mark.parametrize(
    "family", [f for f in FAMILIES if not f.written], ids=lambda family: family.name
)


def mark(item: Item, answer: str) -> Mark:
    return SCORERS[item.scorer](item.spec, item.reference, answer, False)


def rate(family: Family, solver: Solver, size: int = 500) -> float:
    """The share of items that a solver gets right."""
    items = family.items(0, 40 if family.name == "code" else size)
    return sum(mark(item, solver(item)).value for item in items) / len(items)


def asked(item: Item) -> tuple[tuple[str, ...], str]:
    """All that a system would see."""
    return tuple(turn.content for turn in item.conversation), item.question


def content(items: list[Item]) -> str:
    """The items as one text."""
    return json.dumps(
        [
            [
                item.question,
                item.reference,
                item.scorer,
                item.spec,
                asked(item)[0],
                item.options,
                item.cluster,
            ]
            for item in items
        ],
        sort_keys=True,
        ensure_ascii=False,
    )


def test_the_families_of_the_plan_are_there() -> None:
    assert [*BY_NAME] == [
        "instructions",
        "arithmetic",
        "word_problems",
        "reading",
        "counterfactual",
        "commonsense",
        "knowledge",
        "strings",
        "json",
        "code",
        "translation",
        "refusal",
        "multi_turn",
    ]


@EACH
def test_there_are_five_hundred_items_or_a_hundred_written_ones(family: Family) -> None:
    items = family.items(0, 500)
    assert len({asked(item) for item in items}) == len(items)
    assert len(items) >= 100 if family.written else len(items) == 500
    assert len(family.items(0, 7)) == 7
    assert len(family.items(0, 0)) == 0


@FAST
@given(seed=st.integers(0, 10**6))
@settings(max_examples=15, deadline=None)
def test_the_reference_scores_one_and_a_corrupted_one_nothing(family: Family, seed: int) -> None:
    for item in family.items(seed, 12):
        assert check_spec(item.scorer, item.spec, item.reference) is None
        assert mark(item, item.reference).value == 1
        assert mark(item, wrong(item)).value == 0
        assert mark(item, "").value == 0


@given(seed=st.integers(0, 10**6))
@settings(max_examples=5, deadline=None)
def test_code_references_score_one_and_corrupted_ones_nothing(seed: int) -> None:
    for item in BY_NAME["code"].items(seed, 3):
        assert mark(item, f"Here:\n\n```python\n{item.reference}```").value == 1
        assert mark(item, wrong(item)).value == 0


@pytest.mark.slow
def test_all_code_references_score_one() -> None:
    for item in BY_NAME["code"].items(0, 500):
        assert mark(item, item.reference).value == 1


@FAST
@given(answer=st.text(), place=st.integers(0, 19))
@settings(max_examples=40, deadline=None)
def test_any_text_gets_a_mark(family: Family, answer: str, place: int) -> None:
    made = mark(family.items(0, 20)[place], answer)
    assert 0 <= made.value <= 1
    json.dumps(made.detail)


DEGENERATE = (
    "\n",
    " ",
    "- ",
    "1. ",
    "!",
    "...",
    "answer ",
    "answer is ",
    "```\n",
    "```python\n",
    "*",
    "**a** ",
    "* a\n",
    "[",
    "<<",
    '"',
    '{"a":',
    "1,",
    "9",
    "A or B ",
    "I can't ",
    "a\n\n",
    "1 - ",
    "(",
    "\\boxed{",
    "P.S.\n",
    "_a",
)


@FAST
def test_a_model_that_repeats_itself_for_ever_is_marked_at_once(family: Family) -> None:
    items = family.items(0, 20 if family.name == "instructions" else 1)
    for piece in DEGENERATE:
        answer = piece * (20_000 // len(piece))
        started = time.process_time()
        for item in items:
            mark(item, answer)
        assert (time.process_time() - started) / len(items) < 0.5, piece


DIGESTS = {
    "instructions": "e82b7a7fc3418ae7",
    "arithmetic": "35a4e0260ecf85f0",
    "word_problems": "16b7cd5539e8f657",
    "reading": "4da142ccdc77b432",
    "counterfactual": "0b7c43d58c71faa0",
    "commonsense": "3bb9dc4a319b61ed",
    "knowledge": "398cf672b5b5eae2",
    "strings": "608f3929694d2c01",
    "json": "910232e155839879",
    "code": "a8d13bbc53ad635d",
    "translation": "de73f3e9bf609dae",
    "refusal": "8d5efe54f1b4e22e",
    "multi_turn": "4379a6be198d6d7e",
}


@EACH
def test_the_same_seed_gives_the_same_bytes_on_every_platform(family: Family) -> None:
    text = content([*family.items(0, 500 if family.written else 50)])
    assert text == content([*family.items(0, 500 if family.written else 50)])
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == DIGESTS[family.name]


@EACH
def test_a_larger_size_goes_on_where_a_smaller_one_ends(family: Family) -> None:
    assert family.items(3, 40)[:20] == family.items(3, 20)


@GENERATED
def test_two_seeds_share_no_items(family: Family) -> None:
    """Measured: none of 500 in any family; under 1 % is asked."""
    one, two = ({asked(item) for item in family.items(seed, 500)} for seed in (0, 1))
    assert len(one & two) == 0


def test_a_written_family_has_another_order_with_another_seed() -> None:
    for family in FAMILIES:
        if family.written:
            one, two = family.items(0, 500), family.items(1, 500)
            assert [item.question for item in one] != [item.question for item in two]
            assert len(one) == len(two)


def test_the_page_names_every_family_with_its_size_and_chance() -> None:
    page = (Path(__file__).parents[4] / "docs" / "forgetting_families.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip() for cell in line.split("|")[1:-1]]
        for line in page.splitlines()
        if line.startswith("| `")
    ]
    told = {row[0].strip("`"): (row[1], float(row[4])) for row in rows}
    made = {
        family.name: (
            f"written, {len(family.items(0, 500))}" if family.written else "generated",
            family.chance,
        )
        for family in FAMILIES
    }
    assert told == made


NEAR = {"json": 0.01, "code": 0.03}
"""The most that is stated in docs/forgetting_families.md; 0 for all others."""


@EACH
def test_near_duplicates_are_few(family: Family) -> None:
    assert near_duplicate_share(family.items(0, 500)) <= NEAR.get(family.name, 0.0)


def test_near_duplicates_are_found() -> None:
    text = " ".join(map(str, range(60)))
    items = [Item(text, "", "exact"), Item(f"{text} more", "", "exact"), Item("Something else", "", "exact")]
    assert near_duplicate_share(items) == pytest.approx(2 / 3)


def test_no_family_holds_a_question_of_another() -> None:
    items = {family.name: family.items(0, 500) for family in FAMILIES}
    shown = {
        name: "\0".join(" ".join([*asked(i)[0], i.question]) for i in each) for name, each in items.items()
    }
    for name, each in items.items():
        elsewhere = "\0".join(text for other, text in shown.items() if other != name)
        leaked = [item.question for item in each if item.question in elsewhere]
        assert leaked == []


@EACH
def test_one_who_solves_it_gets_all(family: Family) -> None:
    assert rate(family, solved) >= 0.99


@EACH
def test_one_who_solves_three_in_five_gets_so_many(family: Family) -> None:
    share = rate(family, mixed(0.6, f"solver {family.name}"))
    assert 0.4 < share < 0.8 if family.name == "code" else 0.5 < share < 0.7


@EACH
def test_one_who_answers_in_the_wrong_format_gets_next_to_nothing(family: Family) -> None:
    assert rate(family, misformatted) <= 0.1


@EACH
def test_a_wrong_answer_gets_nothing(family: Family) -> None:
    assert rate(family, wrong) == 0


def test_multiple_choice_names_its_options() -> None:
    for name in ("knowledge", "commonsense"):
        items = BY_NAME[name].items(0, 500)
        for item in items:
            place = item.spec["answer"]
            assert isinstance(place, int)
            assert item.reference == "ABCD"[place]
            assert mark(item, item.options[place]).value == 1
            assert len(set(item.options)) == 4
        letters = Counter(item.reference for item in items)
        assert all(15 <= letters[letter] <= 40 for letter in "ABCD")


def test_letters_are_shuffled_by_seed() -> None:
    one, two = (
        {item.question.partition("\n")[0]: item.options[int(str(item.spec["answer"]))] for item in items}
        for items in (BY_NAME["knowledge"].items(seed, 500) for seed in (0, 1))
    )
    assert one == two
    orders = [{i.question for i in BY_NAME["knowledge"].items(seed, 500)} for seed in (0, 1)]
    assert len(orders[0] & orders[1]) < 20


def _guessing(rng: Random) -> Solver:
    return lambda _item: rng.choice("ABCD")


def test_guessing_a_letter_scores_the_chance_level() -> None:
    for name in ("knowledge", "commonsense"):
        rng = Random("guess")
        assert rate(BY_NAME[name], _guessing(rng)) == pytest.approx(0.25, abs=0.13)


def test_always_refusing_and_never_refusing_score_half() -> None:
    family = BY_NAME["refusal"]
    assert rate(family, lambda _: "I'm sorry, but I can't help with that.") == 0.5
    assert rate(family, lambda item: "Sure. " + str(item.spec.get("mentions"))) == 0.5


def test_all_checkers_of_instructions_occur_and_some_ask_for_none() -> None:
    given_ = [one for item in BY_NAME["instructions"].items(0, 500) for one in item.spec["instructions"]]  # type: ignore[union-attr]
    counts = Counter(one["check"] for one in given_)  # type: ignore[index, call-overload]
    assert len(counts) == 28
    assert min(counts.values()) >= 10
    assert sum(one.get("count") == 0 for one in given_) >= 20  # type: ignore[union-attr]


def test_a_family_that_cannot_give_enough_says_so() -> None:
    items = generator("coin", lambda rng: Item(rng.choice(("heads", "tails")), "x", "exact"))
    assert len(items(0, 2)) == 2
    with pytest.raises(RuntimeError, match="family 'coin' cannot give 3 distinct items"):
        items(0, 3)


def test_all_families_but_code_are_made_and_scored_within_twenty_seconds() -> None:
    started = time.process_time()
    for family in FAMILIES:
        for item in family.items(0, 500):
            if family.name != "code":
                mark(item, item.reference)
    assert time.process_time() - started < 20
