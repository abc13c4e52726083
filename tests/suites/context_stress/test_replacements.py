"""What stands in a value's place: of the same form, and something else."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.suites.context_stress.names import Names, names_of, stem
from bakeoff.suites.context_stress.replacements import replacement
from bakeoff.suites.reference.tokens import NUMBER_WORDS, tokens

NAMES = names_of(
    [
        "It is made in Korvik. It was built in Pellin by hand. They sell it in Lirna.",
        "We call it Arvend. Take the plug USB or the plug ZIP or the plug AES.",
    ]
)
NOTHING = frozenset[str]()


def put_for(text: str, *, previous: str = "", said: frozenset[str] = NOTHING, seed: int = 0) -> str | None:
    (token,) = tokens(text)
    return replacement(token, previous, NAMES, said, random.Random(f"{seed}"))


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("64", r"\d\d"),
        ("5", r"[2-9]"),
        ("0", r"[2-9]"),
        ("450", r"\d\d0"),
        ("4.50", r"\d\.\d0"),
        ("0.5", r"0\.\d"),
        ("007", r"00\d"),
        ("1,250", r"\d,\d\d0"),
        ("150,000", r"\d\d0,000"),
        ("12h", r"\d\dh"),
        ("3rd", r"(2nd|[4-9]th)"),
        ("2024", r"20[123]\d"),
        ("1999", r"(19|20)\d\d"),
        ("three", r"[a-z]+"),
        ("Three", r"[A-Z][a-z]+"),
        ("forty", r"[a-z]+"),
        ("06:30", r"\d\d:30"),
        ("IP66", r"IP\d\d"),
        ("E4", r"E[2-9]"),
        ("CR2477", r"CR\d{4}"),
        ("2024-03-05", r"2024-03-\d\d"),
        ("5 March 2024", r"\d\d? March 2024"),
        ("March 5th, 2024", r"March \d\d?(st|nd|rd|th), 2024"),
        ("05/03/2024", r"\d\d/03/2024"),
        ("Korvik", r"(Pellin|Lirna|Arvend)"),
        ("Korvik's", r"(Pellin|Lirna|Arvend)'s"),
        ("USB", r"(ZIP|AES)"),
        ("Monday", r"[A-Z][a-z]+day"),
        ("August", r"[A-Z][a-z]+"),
    ],
)
@pytest.mark.parametrize("seed", range(5))
def test_the_form_stays_and_the_value_goes(text: str, form: str, seed: int) -> None:
    found = put_for(text, seed=seed)
    assert found is not None
    assert re.fullmatch(form, found), found
    (old,), (new,) = tokens(text), tokens(found)
    assert new.kind == old.kind
    assert not new.forms & old.forms


@given(st.integers(min_value=2, max_value=10**7), st.integers(min_value=0, max_value=3))
def test_numbers_keep_their_digits_and_their_size(number: int, decimals: int) -> None:
    text = f"{number / 10**decimals:.{decimals}f}"
    found = put_for(text)
    assert found is not None
    assert re.sub(r"\d", "0", found) == re.sub(r"\d", "0", text)
    if number >= 10 and float(text) >= 10:
        assert 0.5 <= float(found) / float(text) <= 2 or re.fullmatch(r"(19|20)\d\d", text)


@pytest.mark.parametrize("seed", range(10))
def test_what_is_said_already_is_not_put_in(seed: int) -> None:
    said = frozenset(str(number) for number in range(2, 9))
    assert put_for("5", said=said, seed=seed) == "9"
    assert put_for("5", said=said | {"9"}, seed=seed) is None
    assert put_for("5", said=said | {"-9"}, seed=seed) is None


@pytest.mark.parametrize("seed", range(10))
def test_a_name_behind_the_same_word_is_preferred(seed: int) -> None:
    assert put_for("Sundrel", previous="in", seed=seed) in {"Korvik", "Pellin", "Lirna"}
    taken = frozenset({"korvik", "pellin", "lirna"})
    assert put_for("Sundrel", previous="in", said=taken, seed=seed) == "Arvend"


def test_without_other_names_there_is_none() -> None:
    (token,) = tokens("Korvik")
    assert replacement(token, "", Names(), NOTHING, random.Random("0")) is None


def test_number_words_stay_small_or_large() -> None:
    found = {put_for("three", seed=seed) for seed in range(200)}
    small = {word for word, number in NUMBER_WORDS.items() if int(number) <= 12}
    assert found == small - {"three"}
    assert {put_for("forty", seed=seed) for seed in range(20)}.isdisjoint(found)


def test_names_are_those_that_never_stand_in_lower_case() -> None:
    names = names_of(["Please open Settings in Korvik. The settings of No 5 on Monday. Arvend is one."])
    assert names.every == ("Korvik",)
    assert names.behind == {"in": ("Korvik",)}


def test_the_stem_of_a_name() -> None:
    assert [stem(name) for name in ("Arvend's", "Arvend’s", "Arvends'", "Arvend")] == [
        "Arvend",
        "Arvend",
        "Arvends",
        "Arvend",
    ]
