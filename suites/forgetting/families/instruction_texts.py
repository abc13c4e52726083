"""Texts that follow drawn instructions: they prove that an item can be solved, and are its reference."""

from __future__ import annotations

import json
from collections.abc import Mapping
from random import Random
from typing import Any

from bakeoff.suites.forgetting.scorers.checks.wording import occurrences

Given = Mapping[str, Mapping[str, Any]]
"""The parameters by checker."""

_BANK: Mapping[str, tuple[str, ...]] = {
    "English": (
        "Most of it is made by hand in a small shop.",
        "It is there on the table for all to see.",
        "The children of the street come to look at it.",
        "There is a bright light over the door.",
        "The road to it is long but the air is clear.",
        "Many people in the town often talk about it.",
        "Some of the old songs are still sung there.",
        "It is a good time to be there with a friend.",
        "The rain stops and the sun comes out again.",
        "At the end of the day the men carry it home.",
        "That is the reason for a lot of noise.",
        "It can be seen from the hills on a clear day.",
    ),
    "French": (
        "La maison est au bout de la rue et elle est belle.",
        "Les enfants sont dans le jardin avec une amie.",
        "On ne voit pas la mer mais elle est proche.",
        "Il est tard et nous sommes sur la route.",
        "Le pain est sur la table avec du beurre.",
        "Elle parle avec les gens de la ville.",
        "Ce matin il y a du vent sur les toits.",
        "Nous aimons ce village et son petit port.",
    ),
    "German": (
        "Das Haus ist am Ende der Stadt und es ist sehr alt.",
        "Die Kinder sind mit einem Freund im Garten.",
        "Man sieht das Meer nicht aber es ist nah.",
        "Es ist schon dunkel und wir sind auf dem Weg.",
        "Das Brot ist auf dem Tisch und der Tee ist warm.",
        "Sie spricht mit den Leuten aus der Stadt.",
        "Der Wind ist heute auf den Bergen nicht stark.",
        "Wir sind mit dem Hund auf einer Wiese.",
    ),
    "Spanish": (
        "La casa es muy vieja y es de los abuelos.",
        "Los chicos están en el parque con una amiga.",
        "No se ve el mar pero está muy cerca.",
        "Es tarde y el camino es largo para todos.",
        "El pan está en la mesa con un poco de queso.",
        "Ella habla con las personas del pueblo.",
        "Hoy hay viento en los campos y es agradable.",
        "Este pueblo es muy bonito y su puerto también.",
    ),
    "Italian": (
        "La casa è molto bella ed è nella parte alta.",
        "I bambini sono nel parco con una amica.",
        "Non si vede il mare ma è molto vicino.",
        "È tardi e il cammino è lungo anche per noi.",
        "Il pane è sulla tavola con gli altri piatti.",
        "Lei parla con le persone che sono nella piazza.",
        "Oggi non ci sono nuvole e il vento è debole.",
        "Questo paese è molto bello come il suo porto.",
    ),
}


def compose(rng: Random, given: Given) -> str:
    """A text that most likely follows the instructions; the caller checks it."""
    if "one_of" in given:
        return str(rng.choice(given["one_of"]["options"]))
    pool = _pool(rng, given)
    if not pool:
        return ""
    units = _units(pool, given)
    units[0] = _with_extras(units[0], _extras(given))
    units = _marked(_to_length(units, given), given)
    return _framed(_cased(_shaped(units, given), given), given)


def _pool(rng: Random, given: Given) -> list[str]:
    """Sentences of the language that avoid what must not occur, in a random order."""
    bank = [*_BANK[given.get("language", {}).get("language", "English")]]
    rng.shuffle(bank)
    banned = given.get("excludes", {}).get("words", ())
    letter = given.get("letter_count", {})
    absent = letter["letter"] if letter.get("count") == 0 else None
    kept = [text for text in bank if not any(occurrences(text, word) for word in banned)]
    return [text for text in kept if absent is None or absent not in text.lower()]


def _units(pool: list[str], given: Given) -> list[str]:
    """As many sentences as some size asks for, else three; the pool starts again at its end."""
    sizes = ("sentences", "paragraphs", "lines", "bullets", "numbered", "parts")
    count = next((given[size]["count"] for size in sizes if size in given), 3)
    count = len(given["json_keys"]["keys"]) if "json_keys" in given else count
    return [pool[n % len(pool)] for n in range(max(count, 1))] if pool else []


def _extras(given: Given) -> list[str]:
    """Words and marked pieces that must stand somewhere in the text."""
    extras = [*given.get("includes", {}).get("words", ())]
    if "word_count" in given:
        extras += [given["word_count"]["word"]] * given["word_count"]["count"]
    extras += [word.upper() for word in ("here", "there", "now", "then", "soon")][
        : _asked(given, "capital_words")
    ]
    extras += [f"*{word}*" for word in ("all", "of", "this", "is")][: _asked(given, "highlights")]
    return (
        extras + [f"[{word}]" for word in ("date", "name", "place", "hour")][: _asked(given, "placeholders")]
    )


def _asked(given: Given, check: str) -> int:
    return int(given.get(check, {}).get("count", 0))


def _with_extras(sentence: str, extras: list[str]) -> str:
    first, _, rest = sentence.partition(" ")
    return " ".join([first, *extras, rest])


def _to_length(units: list[str], given: Given) -> list[str]:
    """Words cut or repeated to their number, characters to theirs; other sizes are right already."""
    if "words" in given:
        return [_exact_words(units, given["words"]["count"])]
    if "characters" in given and given["characters"]["relation"] == "at_least":
        while sum(map(len, units)) < given["characters"]["count"]:
            units = units + units
    if "characters" in given and given["characters"]["relation"] == "at_most":
        return units[:1]
    return units


def _exact_words(units: list[str], count: int) -> str:
    stream = " ".join(units).split()
    more = " ".join(units[1:]).split() or stream
    while len(stream) < count:
        stream += more
    return " ".join(stream[:count]).rstrip(".") + "."


def _marked(units: list[str], given: Given) -> list[str]:
    """So many punctuation marks: after the first words, or in place of the first full stops."""
    asked = given.get("mark_count")
    if not asked or not asked["count"]:
        return units
    mark, count = asked["mark"], asked["count"]
    if mark == "!":
        return [unit.rstrip(".") + "!" * (n < count) + "." * (n >= count) for n, unit in enumerate(units)]
    words = units[0].split(" ")
    return [" ".join(w + mark * (n < count) for n, w in enumerate(words)), *units[1:]]


def _shaped(units: list[str], given: Given) -> str:
    if "json_keys" in given:
        return json.dumps(dict(zip(given["json_keys"]["keys"], units, strict=True)), ensure_ascii=False)
    if "bullets" in given:
        return "\n".join(f"- {unit}" for unit in units)
    if "numbered" in given:
        return "\n".join(f"{n}. {unit}" for n, unit in enumerate(units, 1))
    if "parts" in given:
        return f"\n{given['parts']['separator']}\n".join(units)
    return ("\n\n" if "paragraphs" in given else "\n" if "lines" in given else " ").join(units)


def _cased(text: str, given: Given) -> str:
    if "lowercase" in given:
        return text.lower()
    return text.upper() if "uppercase" in given else text


def _framed(text: str, given: Given) -> str:
    if "title" in given:
        title = "A STORY" if "uppercase" in given else "a story"
        return f"<<{title}>>\n{text}"
    if "postscript" in given:
        return (
            f"{text}\n{given['postscript']['marker']} {'MORE SOON' if 'uppercase' in given else 'more soon'}"
        )
    if "quoted" in given:
        return f'"{text}"'
    if "fenced" in given:
        return f"```\n{text}\n```"
    if "starts_with" in given:
        return f"{given['starts_with']['text']}. {text}"
    return f"{text} {given['ends_with']['text']}" if "ends_with" in given else text
