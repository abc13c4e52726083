from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from rag_world.world import ask, rag

from bakeoff.adapters.rag.filters import FilterOptions, check, select
from bakeoff.evals.errors import InputError
from bakeoff.evals.records import Document, DocumentState


def page(name: str, year: int | None, **metadata: Any) -> Document:
    day = None if year is None else date(year, 6, 1)
    return Document(id=name, text=f"The {name} page.", as_of=day, metadata=metadata)


PAGES = (
    page("terms-1", 2021, version="1", domain="law"),
    page("terms-2", 2023, version="2", domain="law", supersedes="terms-1"),
    page("terms-3", 2025, version=3, domain="law", supersedes=["terms-2", "notes"]),
    page("notes", 2022, domain=["law", "press"], draft=True),
    page("about", None, domain="press"),
)


def options(**keys: Any) -> FilterOptions:
    return FilterOptions.model_validate_json(json.dumps(keys), strict=True)


@pytest.mark.parametrize(
    ("keys", "passing"),
    [
        ({}, ["terms-1", "terms-2", "terms-3", "notes", "about"]),
        ({"as_of": {"from": "2022-01-01"}}, ["terms-2", "terms-3", "notes"]),
        ({"as_of": {"to": "2023-06-01"}}, ["terms-1", "terms-2", "notes"]),
        ({"as_of": {"from": "2021-06-02", "to": "2023-05-31"}}, ["notes"]),
        ({"newest_only": True}, ["terms-3", "about"]),
        ({"newest_only": True, "as_of": {"to": "2024-12-31"}}, ["terms-2", "notes"]),
        ({"source": "about"}, ["about"]),
        ({"source": ["notes", "terms-2"]}, ["terms-2", "notes"]),
        ({"version": "2"}, ["terms-2"]),
        ({"version": 2}, ["terms-2"]),
        ({"version": ["1", "3"]}, ["terms-1", "terms-3"]),
        ({"metadata": {"domain": "press"}}, ["notes", "about"]),
        ({"metadata": {"domain": ["press", "law"], "draft": True}}, ["notes"]),
        ({"version": "2", "metadata": {"domain": "law"}}, ["terms-2"]),
    ],
)
def test_what_passes(keys: dict[str, Any], passing: list[str]) -> None:
    chosen = options(**keys)
    assert [document.id for document in select(PAGES, chosen)] == passing
    check(PAGES, chosen, "systems.rag.filter")


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (
            {"metadata": {"domian": "law"}},
            r"^f\.metadata\.domian: no document has the field 'domian'; did you mean 'domain'\?",
        ),
        (
            {"metadata": {"colour": "red"}},
            r"^f\.metadata\.colour: .*they have: domain, draft, supersedes, version",
        ),
        ({"source": ["about", "abuot"]}, r"^f\.source: no document has the id 'abuot'; did you mean 'about'"),
        ({"version": "9"}, r"^f: none of the 5 documents passes"),
        ({"as_of": {"to": "2001-01-01"}}, r"^f: none of the 5 documents passes"),
    ],
)
def test_what_no_document_has_is_told(keys: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        check(PAGES, options(**keys), "f")


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"as_of": {"to": "2025-01-01"}}, r"^f\.as_of: no document has a date; name the field"),
        ({"newest_only": True}, r"^f\.newest_only: no document has the field 'supersedes'"),
        ({"version": "1"}, r"^f\.version: no document has the field 'version'"),
    ],
)
def test_documents_without_dates_and_versions(keys: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        check(PAGES[4:], options(**keys), "f")


@pytest.mark.parametrize(
    "keys",
    [
        {"as_of": {}},
        {"as_of": {"from": "2025-01-01", "to": "2024-01-01"}},
        {"as_of": {"until": "2024-01-01"}},
        {"as_of": "2024"},
        {"domain": "law"},
        {"metadata": {"domain": {"not": "law"}}},
    ],
)
def test_malformed_filters_are_refused(keys: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        options(**keys)


DAYS = st.dates(date(2020, 1, 1), date(2026, 12, 31))


@given(st.lists(st.none() | DAYS, max_size=8), DAYS, DAYS)
def test_the_two_sides_of_a_day_part_the_dated_documents(
    days: list[date | None], one: date, two: date
) -> None:
    pages = [Document(id=f"p{n}", text="t", as_of=day) for n, day in enumerate(days)]
    first, last = sorted((one, two))
    within = select(pages, options(as_of={"from": first.isoformat(), "to": last.isoformat()}))
    assert [page.as_of for page in within] == [day for day in days if day and first <= day <= last]
    assert list(within) == [page for page in pages if page in within]


def test_only_what_passes_is_searched_after_an_update_too() -> None:
    system = rag(documents=PAGES, filter={"newest_only": True}, retrieval="dense", abstain_below=0)
    assert {chunk.source for chunk in system.index.chunks} == {"terms-3", "about"}
    state = DocumentState(documents=(*PAGES[:2], page("terms-4", 2026)))
    system.index.replace(state.documents)
    assert {chunk.source for chunk in system.index.chunks} == {"terms-2", "terms-4"}


def test_the_system_says_where_a_filter_is_wrong() -> None:
    with pytest.raises(InputError, match=r"^systems\.rag\.filter\.metadata\.colour: "):
        rag(documents=PAGES, filter={"metadata": {"colour": "red"}})
    assert ask(rag(documents=PAGES, filter={"version": 3}), "terms page").text == "The terms-3 page."
