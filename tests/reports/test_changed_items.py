"""How changed items are drawn."""

from __future__ import annotations

import pytest

from bakeoff.evals.changed_items import ChangedItem, ChangedItems, ItemAnswer, ItemSide
from bakeoff.evals.records import Turn
from bakeoff.reports.changed_items import to_json, to_markdown, to_terminal

LONG = " ".join(f"word{i}" for i in range(200))


def answer(**fields: object) -> ItemAnswer:
    return ItemAnswer.model_validate({"repeat": 0, "text": "yes", "value": 1.0, "status": "scored", **fields})


def side(name: str, *answers: ItemAnswer, sample: str = "s1", value: float = 1.0) -> ItemSide:
    return ItemSide(name=name, sample=sample, value=value, answers=answers)


def changed(**fields: object) -> ChangedItems:
    low = answer(value=0.25, text="no", reason="the judge said so", detail={"claims": ["näher"]})
    item = ChangedItem(
        id="s1",
        change=-0.75,
        worse=True,
        domain="billing",
        question="Is it?",
        conversation=(Turn(role="user", content="Hello."),),
        reference="It is.",
        before=side("base", answer()),
        after=side("rag", low, value=0.25),
    )
    return ChangedItems(
        before="base",
        after="rag",
        run="toy-1",
        suite="toy",
        metric="match",
        direction="higher",
        scored=57,
        unscored=3,
        worse=7,
        better=5,
        items=(item.model_copy(update=fields),),
    )


def test_the_heading_counts_every_item() -> None:
    first = " ".join(to_terminal(changed(), 200).splitlines()[:1])
    assert first == (
        "toy.match ↑: rag against base in run toy-1. Of 57 items 7 are worse, 5 better, 45 equal, 3 without "
        "a score on either side; 1 shown."
    )


def test_a_terminal_shows_both_answers_with_their_evidence() -> None:
    assert to_terminal(changed(), 100).splitlines()[2:] == [
        "",
        "1. s1, billing: 1.000 → 0.250 (-0.750) ▼ worse",
        "    user: Hello.",
        "    question: Is it?",
        "    reference: It is.",
        "    base: yes",
        "      1.000, scored",
        "    rag: no",
        '      0.250, scored; the judge said so; {"claims": ["näher"]}',
    ]


@pytest.mark.parametrize("width", [40, 60, 100])
def test_long_texts_are_cut_to_the_terminal(width: int) -> None:
    lines = to_terminal(changed(question=LONG, after=side("rag", answer(text=LONG))), width).splitlines()
    assert max(map(len, lines)) <= width
    assert sum(line.endswith("…") for line in lines) == 2
    assert len(lines) < 20


def test_an_answer_cannot_steer_the_terminal() -> None:
    text = to_terminal(changed(after=side("rag", answer(text="\x1b[2Jgone\r\nand\x07 more"))))
    assert "\x1b" not in text
    assert "rag: [2Jgone and more" in text


def test_markdown_and_json_hold_texts_whole() -> None:
    made = changed(after=side("rag", answer(text=f"{LONG}\n\n  indented", detail={"why": LONG})))
    markdown = to_markdown(made)
    assert f"```text\n{LONG}\n\n  indented\n```" in markdown
    assert markdown.count(LONG) == 2
    assert ChangedItems.model_validate_json(to_json(made)) == made


def test_markdown_fences_hold_what_they_are_given() -> None:
    markdown = to_markdown(changed(question="```\n# no heading\n```", domain="a|b"))
    assert "````text\n```\n# no heading\n```\n````" in markdown
    assert "a\\|b" in markdown


def test_a_failed_an_empty_and_an_unstored_answer_are_told_apart() -> None:
    failed = answer(text=None, error="time_out: 60 s", value=0.0, status="system_failed")
    made = changed(
        before=side("base", failed, answer(text="", repeat=1)), after=side("rag", answer(text=None))
    )
    text = to_terminal(made)
    assert "base, repeat 0: (failed: time_out: 60 s)" in text
    assert "0.000, system_failed" in text
    assert "base, repeat 1: (an empty answer)" in text
    assert "rag: (no answer is stored)" in text


def test_a_score_without_a_value_says_so() -> None:
    assert "no value, judge_failed; unreadable" in to_terminal(
        changed(after=side("rag", answer(value=None, status="judge_failed", reason="unreadable")))
    )


def test_the_other_runs_id_is_shown_where_it_differs() -> None:
    made = changed(after=side("bot@run-2", answer(), sample="new-s1"), domain=None, reference=None)
    text = to_terminal(made)
    assert "1. s1 (now new-s1): " in text
    assert "reference" not in text
