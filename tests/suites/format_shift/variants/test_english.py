"""Which texts the English rules may touch."""

from __future__ import annotations

import pytest

from bakeoff.evals.records import Sample
from bakeoff.suites.format_shift.variants.english import closed, is_english, negation, opening

OTHER_LANGUAGES = (
    "Wie lange hält der Akku des Harnolt Max?",
    "Was kostet ein neuer Schlüssel und wo bekomme ich ihn?",
    "Quelle est l'autonomie de la batterie du Harnolt Max ?",
    "Où puis-je acheter un nouveau chargeur pour mon appareil ?",
    "¿Cuánto cuesta el Harnolt Max?",
    "Quanto costa la batteria del Harnolt Max?",
    "Hoe lang gaat de batterij van de Harnolt Max mee?",
    "Berapa harga baterai yang baru untuk Harnolt Max?",
    "ハーノルト・マックスの電池はどのくらい持ちますか。",
    "Harnolt Maxの価格はいくらですか?",
    "Сколько стоит Harnolt Max?",
    "كم سعر Harnolt Max؟",
)


def asked(question: str, **extras: str) -> Sample:
    return Sample(id="1", question=question, extras=extras)


@pytest.mark.parametrize("question", OTHER_LANGUAGES)
def test_other_languages_are_told_apart(question: str) -> None:
    assert not is_english(asked(question))


@pytest.mark.parametrize(
    "question",
    [
        "What is the price of the Harnolt Max?",
        "harnolt max battery life",
        "dont know how to reset it",
        "Is Müller's café open?",
        "price?",
        "when does the die cast model come out",
    ],
)
def test_english_is_recognised(question: str) -> None:
    assert is_english(asked(question))


@pytest.mark.parametrize("question", ["", "   ", "42", "?!", "🙂🙂"])
def test_a_text_without_letters_is_no_english(question: str) -> None:
    assert not is_english(asked(question))


def test_a_stated_language_wins() -> None:
    assert not is_english(asked("What is the price?", language="de"))
    assert is_english(asked("Quel est le prix ?", language="en-GB"))


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("don't", "not"), ("CANNOT", "not"), ("won’t", "not"), ("doesnt", "not"), ("No", "no"),
        ("never", "never"), ("know", None), ("note", None), ("wont", "not"),
    ],
)  # fmt: skip
def test_negations(word: str, found: str | None) -> None:
    assert negation(word) == found


def test_what_opens_a_sentence() -> None:
    text = 'So. Then: "Now" and (here)\nthere'
    assert [opening(text, text.index(word)) for word in ("So", "Then", "Now", "and", "here", "there")] == [
        True, True, True, False, True, True,
    ]  # fmt: skip


def test_closed_adds_a_stop_only_after_a_word() -> None:
    assert [closed(" a b "), closed("Why?"), closed("5"), closed("")] == ["a b.", "Why?", "5.", ""]
