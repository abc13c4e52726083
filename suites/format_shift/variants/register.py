"""English registers: casual, keyword-only, verbose, and contractions made or undone."""

from __future__ import annotations

import random
import re

from bakeoff.evals.records import Sample
from bakeoff.suites.format_shift.variants.drafts import Draft, Given, Refusal
from bakeoff.suites.format_shift.variants.english import SPARE, WORD, closed, opening, straight, word_set
from bakeoff.suites.format_shift.variants.guard import is_name

_FORMAL_OPENER = re.compile(
    r"^\s*(?:(?:kindly|please)\s+(?:state|provide|give|specify|indicate|name|tell\s+me|let\s+me\s+know)"
    r"|(?:i\s+would|i'd)\s+(?:like|appreciate|be\s+grateful)\s+to\s+(?:know|learn)"
    r"|(?:could|can|would)\s+you\s+(?:please\s+|kindly\s+)?(?:tell\s+me|state|provide|indicate))"
    r"\s+(?:me\s+)?(?P<rest>(?P<article>the)?\b.*)$",
    re.IGNORECASE | re.DOTALL,
)
_ASKED = re.compile(
    r"\b(?:kindly|please|(?:can|could|would)\s+you(?:\s+(?:please|kindly))?)\s+(?:state|say|give|provide|tell)\b"
    r"(?:\s+me\b)?",
    re.IGNORECASE,
)
_PLAIN_WORDS = {
    "purchased": "bought", "require": "need", "requires": "needs", "required": "needed", "obtain": "get",
    "obtains": "gets", "assist": "help", "assistance": "help", "commence": "start", "commences": "starts",
    "terminate": "end", "regarding": "about", "concerning": "about", "approximately": "about",
    "sufficient": "enough", "additional": "extra", "utilise": "use", "utilize": "use", "receive": "get",
    "permitted": "allowed", "however": "but", "therefore": "so", "prior to": "before", "receives": "gets",
    "subsequent to": "after", "in order to": "to", "telephone": "phone", "photograph": "photo",
    "automobile": "car",
}  # fmt: skip
_PLAIN = re.compile(rf"\b(?:{'|'.join(sorted(_PLAIN_WORDS, key=len, reverse=True))})\b")

_HELLOS = (
    "hey, ",
    "hi, ",
    "hey there, ",
    "hiya, ",
    "ok so ",
    "quick one: ",
    "hey guys, ",
    "umm ",
    "yo, ",
    "",
)
_BYES = (
    " thanks",
    " thx",
    " pls",
    " cheers",
    " ta",
    " please and thanks",
    " :)",
    " thanks a lot",
    " anyone?",
    "",
)

_LEADS = (
    "I hope that this message finds you well.",
    "I have been a loyal reader of your pages for quite some time.",
    "Thank you very much in advance for taking the time to look into this.",
    "I have been meaning to ask about this for a while, and today I finally got round to it.",
    "I would be most grateful if you could help me with the following matter.",
    "There is something that I have been wondering about, and I was told that you are the right one to ask.",
    "I am writing because I came across a question and would value your help with it.",
    "Please allow me to put the following question to you.",
)
_TRAILS = (
    "It would be of great help to me to have an answer to this.",
    "Any help with this would be very much appreciated.",
    "I am looking forward to your reply, and I thank you for your patience.",
    "Please take all the time that you need for your answer.",
    "Thank you again for your kind support, which I value greatly.",
    "I hope that I have put my question clearly enough, and that you can help.",
    "Your answer would allow me to go on with what I had planned.",
    "That is all that I wanted to ask, and I wish you a pleasant day.",
)  # fmt: skip

LONGEST_QUERY = 30
"""Words; nobody types more into a search box, and a whole passage without its small words is unreadable."""

_WITH_NOT = (
    "is",
    "are",
    "was",
    "were",
    "do",
    "does",
    "did",
    "has",
    "have",
    "had",
    "could",
    "should",
    "would",
)
_CONTRACT = (
    *((re.compile(rf"\b({verb}) not\b", re.IGNORECASE), r"\1n't") for verb in _WITH_NOT),
    (re.compile(r"\b(ca)n(?:not| not)\b", re.IGNORECASE), r"\1n't"),
    (re.compile(r"\b(w)ill not\b", re.IGNORECASE), r"\1on't"),
    (re.compile(r"\b(what|where|who|how|that|there|it|he|she) is(?=\s+\w)", re.IGNORECASE), r"\1's"),
    (re.compile(r"\b(I) am(?=\s+\w)"), r"\1'm"),
    (re.compile(r"\b(you|we|they) are(?=\s+\w)", re.IGNORECASE), r"\1're"),
    (re.compile(r"\b(I|you|we|they) have(?=\s+\w+(?:ed|en|ught|ot)\b)", re.IGNORECASE), r"\1've"),
    (re.compile(r"\b(I|you|he|she|it|we|they) (?:will)(?=\s+\w)", re.IGNORECASE), r"\1'll"),
)
_EXPAND = (
    (re.compile(r"\b(w)on't\b", re.IGNORECASE), r"\1ill not"),
    (re.compile(r"\b(ca)n't\b", re.IGNORECASE), r"\1nnot"),
    *((re.compile(rf"\b({verb})n't\b", re.IGNORECASE), r"\1 not") for verb in _WITH_NOT),
    (
        re.compile(r"\b(what|where|who|how|that|there|it|he|she)'s\b(?! (?:got|been)\b)", re.IGNORECASE),
        r"\1 is",
    ),
    (re.compile(r"\b(I)'m\b"), r"\1 am"),
    (re.compile(r"\b(you|we|they)'re\b", re.IGNORECASE), r"\1 are"),
    (re.compile(r"\b(I|you|we|they)'ve\b", re.IGNORECASE), r"\1 have"),
    (re.compile(r"\b(I|you|he|she|it|we|they)'ll\b", re.IGNORECASE), r"\1 will"),
)


def casual(sample: Sample, rng: random.Random, given: Given) -> Draft:
    """As one types to a friend: no formal opening, plain words, contractions, a greeting or a thanks."""
    del given
    text = _informal(sample.question.strip())
    hello, bye = rng.choice(_HELLOS), rng.choice(_BYES)
    if not hello and not bye:
        hello = _HELLOS[0]
    return Draft(f"{hello}{_low_start(text)}{bye}")


def keyword_only(sample: Sample, rng: random.Random, given: Given) -> Draft | Refusal:
    """What one types into a search box: no articles, no forms of be and do, no politeness."""
    del rng, given
    if len(sample.question.split()) > LONGEST_QUERY:
        return Refusal("too long for a search box")
    text = keywords(sample.question)
    return Draft(text) if len(WORD.findall(text)) > 1 else Refusal("fewer than two keywords are left")


def keywords(text: str, *, marks: bool = False) -> str:
    """The text without its spare words and, unless `marks`, its sentence marks; capitals stay as they are.

    >>> keywords("What is the weight of the Harnolt Max?")
    'weight Harnolt Max'
    """
    text = _ASKED.sub("", text)
    kept = WORD.sub(lambda found: "" if _spare(text, found) else found[0], text)
    unmarked = kept if marks else re.sub(r"(?<![?!.,;:])[?!.,;:]+(?!\S)", " ", kept)
    short = " ".join(token for token in unmarked.split() if any(map(str.isalnum, token)) or _symbol(token))
    return re.sub(r"[,;:]?\s+(?=[?!.,;:](?:\s|$))", "", short)


def verbose(sample: Sample, rng: random.Random, given: Given) -> Draft:
    """Wrapped in courtesies, before and after."""
    del given
    return Draft(f"{rng.choice(_LEADS)} {closed(sample.question)} {rng.choice(_TRAILS)}")


def contractions(sample: Sample, rng: random.Random, given: Given) -> Draft:
    """Contracted where the text is not, else spelled out where it is."""
    del rng, given
    text = straight(sample.question)
    contracted = contract(text)
    return Draft(contracted if contracted != text else spell_out(text))


def contract(text: str) -> str:
    """The text with its pairs of words drawn together.

    >>> contract("What is new, and why does it not work?")
    "What's new, and why does it not work?"
    """
    for pattern, short in _CONTRACT:
        text = pattern.sub(short, text)
    return text


def spell_out(text: str) -> str:
    """The text with its contractions undone.

    >>> spell_out("I can't see what's wrong; it won't start.")
    'I cannot see what is wrong; it will not start.'
    """
    for pattern, long in _EXPAND:
        text = pattern.sub(long, text)
    return text


def _informal(text: str) -> str:
    formal = _FORMAL_OPENER.match(straight(text))
    if formal:
        start = "what's " if formal["article"] else "can you tell me "
        text = start + formal["rest"].rstrip(". ") + ("" if formal["rest"].rstrip().endswith("?") else "?")
    return contract(_PLAIN.sub(lambda found: _PLAIN_WORDS[found[0]], straight(text)))


def _low_start(text: str) -> str:
    """The text with a small first letter, where its first word is a plain English one."""
    first = WORD.match(text)
    plain = straight(first[0]).casefold() if first else ""
    if (
        first is None
        or not (first[0][0].isupper() and first[0][1:].islower())
        or plain.startswith("i'")
        or plain == "i"
    ):
        return text
    known = plain.removesuffix("'s") in SPARE or plain in _STARTS
    return text[0].lower() + text[1:] if known else text


_STARTS = word_set(
    "how who when where why can could will would should may must if for from to with in on at by as"
)


def _spare(text: str, found: re.Match[str]) -> bool:
    return straight(found[0]).casefold() in SPARE and _plain_case(text, found) and not is_name(text, found)


def _plain_case(text: str, found: re.Match[str]) -> bool:
    """Whether the word is in small letters, or has its capital from opening a sentence."""
    return found[0].islower() or found[0] == "I" or opening(text, found.start())


def _symbol(token: str) -> bool:
    return not all(letter in "\"'“”‘’()[]{}«»–—-_/*#" for letter in token)
