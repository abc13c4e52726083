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
from bakeoff.evals.documents import load_documents
from bakeoff.evals.protocols import System
from bakeoff.evals.records import Document, Request, Response
from bakeoff.evals.registration import Plan

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


@cache
def pages() -> Plan:
    return assemble(read_config(WORLD / "pages.yaml"))


def system(name: str) -> System:
    (found,) = [each for each in pages().systems if each.name == name]
    return found


def test_the_config_assembles_into_two_searches_that_answer() -> None:
    assert {each.name for each in pages().systems} == {"keywords", "hybrid"}
    assert pages().baseline == "keywords"
    assert len(pages().documents) == len(DOCUMENTS)
    request = Request(question="How loud is the siren of the Wellop?")
    for name, passages in (("keywords", 1), ("hybrid", 3)):
        answer = asyncio.run(system(name).answer(request))
        assert "85 decibels" in (answer.text or "")
        assert [citation.source for citation in answer.citations] == ["troubleshooting-wellop-false-alarms"]
        assert len(answer.contexts or ()) == passages


def test_the_hybrid_search_reads_most_facts_and_declines_some_of_the_unanswerable() -> None:
    """Guards the pages against a broken step: loose bounds; 103 hits, 9 and 8 declined when written."""
    hybrid = system("hybrid")

    async def ask(rows: list[dict[str, Any]]) -> list[Response]:
        return [await hybrid.answer(Request(question=row["question"])) for row in rows]

    found = asyncio.run(ask(ANSWERABLE))
    assert hits(found) >= 95
    declined = asyncio.run(ask([row for row in QUESTIONS if not row["answerable"]]))
    assert sum(response.abstained or False for response in declined) >= 6
    assert sum(response.abstained or False for response in found) <= 16


def hits(responses: list[Response]) -> int:
    return sum(
        any(row["cluster"] == context.source for context in response.contexts or ())
        for row, response in zip(ANSWERABLE, responses, strict=True)
    )
