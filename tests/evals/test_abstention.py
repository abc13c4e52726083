from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toys.phrasings import ANSWERING as MORE_ANSWERING
from toys.phrasings import DECLINING, KNOWN_MISSES

from bakeoff.evals.abstention import evasive_share, is_abstention

ABSTAINING = [
    "I don't know.",
    "I don’t know.",
    "I do not know the answer to that question.",
    "Sorry, I don't know.",
    "I'm sorry, but I don't know how long the warranty is.",
    "I really don't know.",
    "Don't know",
    "idk",
    "No idea.",
    "I have no idea.",
    "I'm not sure.",
    "I am not sure what the battery life of this model is.",
    "I'm not certain about that.",
    "Unknown",
    "N/A",
    "UNANSWERABLE",
    "No answer.",
    "No comment.",
    "Not mentioned in the provided context.",
    "The price is not mentioned in the provided context.",
    "The warranty period isn't specified in the documents.",
    "The price is not mentioned.",
    "The context does not mention the battery life.",
    "The provided context doesn't contain any information about refunds.",
    "The passage does not say who founded the company.",
    "The documents do not specify a delivery date.",
    "The given text does not provide details about the author.",
    "The documentation does not cover this topic.",
    "There is no information about the price in the documents.",
    "There is no mention of a discount in the passage.",
    "There isn't enough information to answer this question.",
    "There is not enough information in the context to answer.",
    "Insufficient information.",
    "Not enough information to answer the question.",
    "No relevant information was found.",
    "No information is available about this product.",
    "None of the provided documents mention the release date.",
    "Nothing in the context answers this question.",
    "I cannot answer this question.",
    "I can't answer that.",
    "I cannot answer based on the given context.",
    "I am unable to answer your question.",
    "Unable to determine from the context.",
    "I'm not able to find that information.",
    "I could not find anything about this in the knowledge base.",
    "I couldn't find an answer.",
    "I was unable to locate the relevant section.",
    "I don't have enough information to answer.",
    "I do not have access to real-time data.",
    "I don't have any information on that.",
    "I have no information about this topic.",
    "I can't help with that.",
    "I cannot provide medical advice.",
    "I'm afraid I can't give you that information.",
    "It is not possible to determine the answer from the passage.",
    "It is impossible to say.",
    "The question cannot be answered with the information given.",
    "It cannot be determined from the context.",
    "The answer is not in the provided context.",
    "It is unclear from the passage who wrote the letter.",
    "That is beyond my knowledge.",
    "This falls outside the scope of my expertise.",
    "As an AI language model, I don't have personal opinions or access to that data.",
    "Unfortunately, I do not have that information. Please contact our support team.",
    "I'm sorry for the inconvenience. I don't know. Let me know if I can help with something else!",
    "The context does not mention the battery life. It only describes the screen and the weight.",
    "I don't know, but you can ask our support team.",
    "Thank you for your question. I could not find this in our documentation.",
    "Answer: I don't know.",
    "",
    "  \n\t ",
    "…",
]

ANSWERING = [
    "The battery lasts 12 hours.",
    "12 hours",
    "No.",
    "Yes, but I'm not sure.",
    "None",
    "I'm not sure, but it should be about 12 hours.",
    "I don't know the exact figure, but the battery lasts roughly 12 hours.",
    "I am not certain. The manual says the battery lasts 12 hours.",
    "I could not find that in the documentation. It lasts 12 hours.",
    "Not sure, maybe 12 hours.",
    "I'm not sure. It is about 12 hours.",
    "I don't know for certain. It only takes 12 hours.",
    "The battery lasts 12 hours. I don't know how long charging takes.",
    "The context does not mention the price; it is 40 euros in our shop.",
    "Paris, I think, but I don't know for sure.",
    "If you don't know your password, choose 'Forgot password'.",
    'The error "I cannot answer" means that the server is down.',
    "She replied “I don't know” and left the room.",
    "The device cannot determine its position without satellites.",
    "You cannot find the button in older versions.",
    "We cannot ship to Norway.",
    "We are unable to provide refunds after 30 days.",
    "There is no evidence that the coating wears off.",
    "There is no way to reset the device without the key.",
    "There is no data plan in the package.",
    "Refunds are not available after 30 days.",
    "The lamp is not included in the box.",
    "It is not known who built the monument.",
    "Please contact our support team at extension 5.",
    "You should check the cable first.",
    "The document does not contain a signature field.",
    "The information desk opens at nine.",
    "The unknown soldier lies in the north wing.",
    "It depends on the model: 10 hours for the S, 14 for the L.",
    "The app does not mention a charge because the trip was free.",
    "Hold the button for ten seconds. If that does not help, please contact support.",
]


@pytest.mark.parametrize("text", ABSTAINING)
def test_recognises_an_abstention(text: str) -> None:
    assert is_abstention(text)
    assert evasive_share(text) == 1.0


@pytest.mark.parametrize("text", ANSWERING)
def test_leaves_an_answer_alone(text: str) -> None:
    assert not is_abstention(text)
    assert evasive_share(text) < 1.0


@pytest.mark.parametrize("text", DECLINING)
def test_recognises_who_declines_in_many_voices_but_for_the_known_misses(text: str) -> None:
    assert is_abstention(text) == (text not in KNOWN_MISSES)


@pytest.mark.parametrize("text", MORE_ANSWERING)
def test_leaves_an_answer_alone_in_many_voices(text: str) -> None:
    assert not is_abstention(text)


def test_the_phrasings_are_two_hundred_at_least_and_distinct() -> None:
    declining, answering = [*ABSTAINING, *DECLINING], [*ANSWERING, *MORE_ANSWERING]
    assert len(set(declining + answering)) == len(declining) + len(answering) >= 200
    assert set(DECLINING) >= KNOWN_MISSES
    assert len(KNOWN_MISSES) < 0.1 * len(DECLINING)
    assert min(len(declining), len(answering)) >= 100


def test_share_counts_words() -> None:
    # three evasive words ("I", "don't", "know") of eight, then five of nine
    assert evasive_share("I don't know. The fee is nine euros.") == 3 / 8
    assert evasive_share("I could not find it. It is nine euros.") == 5 / 9
    assert evasive_share("The fee is nine euros.") == 0.0


def test_courtesies_count_on_neither_side() -> None:
    assert evasive_share("I don't know. Please contact our support team. The fee is nine euros.") == 3 / 8
    assert evasive_share("Please contact our support team.") == 0.0


def test_a_concession_is_judged_by_itself() -> None:
    assert not is_abstention("While I cannot verify it, the fee is nine euros.")
    assert is_abstention("While the text discusses fees, it does not say how high they are.")


def test_a_colon_parts_an_evasion_from_its_answer() -> None:
    assert not is_abstention("I could not find a discount: the fee is nine euros.")
    assert is_abstention("Answer: I could not find a discount.")
    assert is_abstention("I cannot answer: the text does not say.")


def test_a_denied_name_declines_and_a_denied_thing_answers() -> None:
    assert is_abstention("There is no Ostrel 9 in our catalogue.")
    assert not is_abstention("There is no charger in the box.")
    assert not is_abstention("There is no Sunday service.")


def test_case_and_apostrophes_do_not_matter() -> None:
    assert is_abstention("I DON'T KNOW")
    assert is_abstention("i dont know")


@given(st.text(max_size=400))
def test_any_text_has_a_share(text: str) -> None:
    assert 0.0 <= evasive_share(text) <= 1.0


@pytest.mark.parametrize(
    "unit",
    [
        "I don't know ",
        "the context ",
        "not ",
        "a",
        "I ",
        "no ",
        ", but ",
        "there is no any ",
        "it's not ",
        "a: ",
    ],
)
def test_long_text_does_not_hang(unit: str) -> None:
    started = time.perf_counter()
    evasive_share(unit * (100_000 // len(unit)))
    assert time.perf_counter() - started < 10
