"""The demo world is what it says: passages verbatim, figures right, the rest counted."""

import asyncio
import json
import re
from collections import Counter
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from bakeoff.assemble import assemble, read_config
from bakeoff.evals.abstention import is_abstention
from bakeoff.evals.documents import load_documents
from bakeoff.evals.records import Document, Request, Response
from bakeoff.evals.runner import Plan
from bakeoff.examples.support import canned

WORLD = Path(str(files("bakeoff.examples.support")))
FRONT_MATTER = {"domain", "product", "version"}
DOMAINS = {"setup", "troubleshooting", "billing", "warranty", "security", "api"}

# A figure may be written as digits or as a word; both must be in the passage.
FIGURE = re.compile(
    r"\d+(?:[.,]\d+)*|\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve|half)\b", re.IGNORECASE
)

# Makers, platforms and payment brands that a support text might name by accident.
REAL_NAMES = re.findall(
    r"\w+",
    """
    adobe alexa alphabet amazon amd android anthropic apple asus att aws azure bosch canon cisco
    danfoss dell docker ebay ecobee eve facebook fritzbox fujitsu garmin github gmail google hewlett
    hitachi homekit honeywell huawei ibm ikea instagram intel ios iphone ipad klarna lenovo lg
    linkedin linux macos mastercard meta microsoft mozilla nest netatmo netflix nintendo nokia
    nvidia openai oracle outlook panasonic paypal philips qualcomm reddit resideo ring roborock
    salesforce samsung sap schneider shelly shopify siemens siri slack smartthings sonos sony
    spotify stripe tado tesla texas thread tiktok toshiba tplink twitter uber ubiquiti vaillant
    verizon viessmann visa vodafone whatsapp windows xiaomi yale yahoo youtube zigbee zoom
    """,
)
EVERYDAY = {
    "ring",
    "thread",
    "windows",
    "meta",
    "eve",
    "texas",
    "visa",
    "zoom",
    "apple",
    "nest",
}  # only as names


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (WORLD / name).read_text(encoding="utf-8").splitlines()]


DOCUMENTS: dict[str, Document] = {d.id: d for d in load_documents(WORLD / "docs", "as_of")}
QUESTIONS = rows("questions.jsonl")
ANSWERABLE = [row for row in QUESTIONS if row["answerable"]]
FAQ = rows("canned.jsonl")


def test_the_documents_are_many_short_and_complete() -> None:
    assert 55 <= len(DOCUMENTS) <= 65
    assert Counter(str(d.metadata["domain"]) for d in DOCUMENTS.values()).keys() == DOMAINS
    for document in DOCUMENTS.values():
        assert set(document.metadata) - {"supersedes"} == FRONT_MATTER
        assert document.title
        assert document.as_of is not None
        assert (WORLD / "docs" / f"{document.id}.md").is_file()
        assert 100 <= len(document.text.split()) <= 250, document.id


def test_two_documents_supersede_older_ones_that_say_otherwise() -> None:
    newer = {d.id: str(d.metadata["supersedes"]) for d in DOCUMENTS.values() if "supersedes" in d.metadata}
    assert newer == {
        "troubleshooting-ostrel-reset": "troubleshooting-ostrel-reset-firmware-3",
        "warranty-hubs": "warranty-hubs-2023",
    }
    for new, old in newer.items():
        new_date, old_date = DOCUMENTS[new].as_of, DOCUMENTS[old].as_of
        assert new_date is not None
        assert old_date is not None
        assert new_date > old_date
    assert (
        "hold the button on the back for 10 seconds"
        in DOCUMENTS["troubleshooting-ostrel-reset-firmware-3"].text
    )
    assert "hold the button on the back for 25 seconds" in DOCUMENTS["troubleshooting-ostrel-reset"].text
    assert "Ostrel hub lasts 24 months" in DOCUMENTS["warranty-hubs-2023"].text
    assert "Ostrel hub lasts 36 months" in DOCUMENTS["warranty-hubs"].text


def test_the_questions_are_counted_and_distinct() -> None:
    assert len(QUESTIONS) == 120
    assert len({row["id"] for row in QUESTIONS}) == 120
    assert len({row["question"] for row in QUESTIONS}) == 120
    assert len(ANSWERABLE) == 108
    assert min(Counter(row["domain"] for row in QUESTIONS).values()) >= 18
    assert {row["domain"] for row in QUESTIONS} == DOMAINS
    styles = Counter(tag for row in QUESTIONS for tag in row["tags"])
    assert min(styles["formal"], styles["casual"], styles["keyword"]) >= 15


@pytest.mark.parametrize("row", ANSWERABLE, ids=lambda row: row["id"])
def test_a_gold_passage_is_verbatim_and_holds_the_reference(row: dict[str, Any]) -> None:
    (source,) = row["reference_context_ids"]
    document = DOCUMENTS[source]
    assert row["cluster"] == source
    assert row["domain"] == document.metadata["domain"]
    assert row["as_of"] == str(document.as_of)
    assert row["reference_contexts"]
    for passage in row["reference_contexts"]:
        assert passage in document.text
        assert sum(passage in other.text for other in DOCUMENTS.values()) == 1
    told = {figure.lower() for passage in row["reference_contexts"] for figure in FIGURE.findall(passage)}
    assert {figure.lower() for figure in FIGURE.findall(row["reference"])} <= told
    assert row["reference"].endswith(".")
    assert len(row["reference"].split()) <= 30


def test_no_question_relies_on_a_superseded_document() -> None:
    old = {str(d.metadata["supersedes"]) for d in DOCUMENTS.values() if "supersedes" in d.metadata}
    assert old.isdisjoint(row["cluster"] for row in QUESTIONS)
    updated = {row["cluster"] for row in QUESTIONS if "updated" in row["tags"]}
    assert updated == {d.id for d in DOCUMENTS.values() if "supersedes" in d.metadata}


def test_the_unanswerable_have_nothing_to_lean_on() -> None:
    for row in QUESTIONS:
        if not row["answerable"]:
            assert row["reference"] is None
            assert row["reference_contexts"] == row["reference_context_ids"] == []
            assert row["cluster"] is None
            assert "unanswerable" in row["tags"]


def test_no_real_company_is_named() -> None:
    texts = [
        path.read_text(encoding="utf-8")
        for path in sorted(WORLD.rglob("*"))
        if path.suffix in {".md", ".jsonl"}
    ]
    words = {word for text in texts for word in re.findall(r"\b[A-Z][\w-]*", text)}
    lower = {word.lower() for text in texts for word in re.findall(r"\w+", text)}
    assert not lower & (set(REAL_NAMES) - EVERYDAY)
    assert not {word.lower() for word in words} & (EVERYDAY - {"ring"})


def test_stock_answers_are_written_differently_and_partly_stale() -> None:
    assert 65 <= len(FAQ) <= 75
    assert len({row["id"] for row in FAQ}) == len({row["question"] for row in FAQ}) == len(FAQ)
    assert {row["question"] for row in FAQ}.isdisjoint(row["question"] for row in QUESTIONS)
    answers = " ".join(row["answer"] for row in FAQ)
    assert "for 10 seconds" in answers
    assert "24 months" in answers
    assert "25 seconds" not in answers
    assert "36 months from" not in answers


def test_the_lookup_answers_declines_and_is_stale() -> None:
    answer = canned.make()
    assert answer("How loud is the siren of the Wellop?") == "The siren makes 85 decibels."
    assert "24 months" in answer("How long is the warranty on the Ostrel hub?")
    assert answer("Who won the cup final?") == canned.DECLINED
    assert answer("") == canned.DECLINED
    assert is_abstention(canned.DECLINED)
    declined = sum(answer(row["question"]) == canned.DECLINED for row in ANSWERABLE)
    assert 0.2 < declined / len(ANSWERABLE) < 0.6


def test_the_threshold_and_the_file_are_the_callers(tmp_path: Path) -> None:
    file = tmp_path / "own.jsonl"
    file.write_text('{"question": "Where is the key?", "answer": "Under the mat."}\n', encoding="utf-8")
    assert canned.make(str(file))("where is my key") == "Under the mat."
    assert canned.make(str(file), threshold=0.99)("where is my key") == canned.DECLINED


@cache
def demo() -> Plan:
    return assemble(read_config(WORLD / "bakeoff.yaml"))


def test_the_config_assembles_into_two_systems_that_answer() -> None:
    plan = demo()
    systems = {system.name: system for system in plan.systems}
    assert systems.keys() == {"canned", "rag"}
    assert plan.baseline == "canned"
    assert len(plan.documents) == len(DOCUMENTS)
    request = Request(question="How loud is the siren of the Wellop?")
    answers = {name: asyncio.run(system.answer(request)) for name, system in systems.items()}
    assert answers["canned"].text == "The siren makes 85 decibels."
    assert answers["canned"].contexts is None
    assert "85 decibels" in (answers["rag"].text or "")
    assert [citation.source for citation in answers["rag"].citations] == [
        "troubleshooting-wellop-false-alarms"
    ]


def test_the_rag_system_reads_most_facts_and_declines_some_of_the_unanswerable() -> None:
    """Guards the demo against a broken step: loose bounds; 103 hits, 9 and 8 declined when written."""
    (rag,) = [system for system in demo().systems if system.name == "rag"]

    async def ask(rows: list[dict[str, Any]]) -> list[Response]:
        return [await rag.answer(Request(question=row["question"])) for row in rows]

    found = asyncio.run(ask(ANSWERABLE))
    hits = sum(
        any(row["cluster"] == context.source for context in response.contexts or ())
        for row, response in zip(ANSWERABLE, found, strict=True)
    )
    assert hits >= 95
    declined = asyncio.run(ask([row for row in QUESTIONS if not row["answerable"]]))
    assert sum(response.abstained or False for response in declined) >= 6
    assert sum(response.abstained or False for response in found) <= 16
