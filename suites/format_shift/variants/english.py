"""What the English rules stand on: whether a text is English, its words, its negations."""

from __future__ import annotations

import re

from bakeoff.evals.records import Sample

WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
"""A word: letters, with apostrophes and hyphens inside."""


def word_set(text: str) -> frozenset[str]:
    """The words of a text, split at white space."""
    return frozenset(text.split())


SPARE = word_set(
    "a an the of is are was were am be been being do does did what what's which i i'm me my we us our "
    "please kindly pls so just really very quite some any it its this that these those there has got "
    "hello hi hey thanks sorry"
)
"""Words that a keyword query leaves out. What carries meaning stays: who, when, where, why, how,
prepositions, modal verbs, and every negation."""

NEGATIONS = word_set(
    "not no never none nobody nothing nowhere neither nor without cannot hardly barely scarcely"
)

_APOSTROPHELESS = word_set(
    "dont doesnt didnt isnt arent wasnt werent cant couldnt shouldnt wouldnt wont havent hasnt hadnt"
)

_ENGLISH = (
    SPARE
    | NEGATIONS - word_set("no hi am an so was me i")
    | word_set(
        "who whose when where why how much many long can could will would shall should may might must and or "
        "but if for from to with by on at as than then you your he she his her they them their have had not "
        "need want tell give say get make about into over under after before between during per each all "
        "only also"
    )
)

_OTHERS = word_set(
    # German, Dutch
    "der die das den dem des ein eine einen einem einer ist sind wie wer wo warum wann welche welcher "
    "welches und oder nicht kein keine für mit von zu im auf aus bei nach über unter ich wir sie kann "
    "muss hat haben het een van voor niet hoe wat waar wanneer welke zijn heeft dat "
    # French, Italian, Spanish, Portuguese
    "le la les un une des du de est sont quel quelle quels quelles qui que où quand comment pourquoi combien "
    "et ou pas ne je nous vous elle dans sur pour avec il lo gli della delle sono quale quando come "
    "perché quanto el los las una del es son qué cuál cuándo cómo dónde cuánto cuánta por para con y o "
    "os uma do da são qual onde quanto "
    # Scandinavian, Polish, Czech, Turkish, Indonesian
    "och att är hvor hvad hvem hva jak jest nie czy kiedy gdzie ile je co kde kdy kolik ne bu bir nedir kaç "
    "apa berapa yang dan di untuk adalah"
) - word_set("die do am was me so an as man")


_LATIN_END = "\u0250"


def is_english(sample: Sample) -> bool:
    """Whether the English rules may touch the sample's question.

    `extras["language"]` decides where it is given ("en", "en-GB", "de"). Else the text must be written in
    Latin letters and hold more English function words than those of twelve other languages; one of fewer
    than eight words need not hold any, since keyword queries do not.

    >>> is_english(Sample(id="1", question="Wie lange hält der Akku?"))
    False
    """
    stated = sample.extras.get("language")
    if isinstance(stated, str):
        return stated.casefold().split("-")[0] in ("en", "eng", "english")
    return reads_english(sample.question)


def reads_english(text: str) -> bool:
    """Whether a text is English, as far as its letters and function words tell."""
    words = [straight(word).casefold() for word in WORD.findall(text)]
    letters = "".join(words)
    if not letters or sum(letter < _LATIN_END for letter in letters) < 0.95 * len(letters):
        return False
    ours = sum(word in _ENGLISH or "'" in word for word in words)
    others = sum(word in _OTHERS and word not in _ENGLISH for word in words)
    return ours > others or (ours == others == 0 and len(words) < 8)


def closed(text: str) -> str:
    """The text, stripped, with a full stop where it ends in a letter or digit, so that more can follow."""
    bare = text.strip()
    return f"{bare}." if bare[-1:].isalnum() else bare


def straight(text: str) -> str:
    """The text with typewriter apostrophes."""
    return text.replace("’", "'")


def negation(word: str) -> str | None:
    """The negation that a word is or holds ("don't", "cannot" and "not" are the same one), else None."""
    plain = straight(word).casefold()
    if plain in _APOSTROPHELESS or plain.endswith("n't") or plain == "cannot":
        return "not"
    return plain if plain in NEGATIONS else None


def opening(text: str, start: int) -> bool:
    """Whether what begins at `start` opens a sentence, a line or a quotation."""
    before = text[:start].rstrip(" \t")
    return not before or before[-1] in ".!?…:;\r\n" or text[start - 1] in "\"'“‘«(["
