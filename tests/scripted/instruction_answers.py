"""For every checker of instructions a text that follows it, and one that does not."""

import json
from collections.abc import Callable, Mapping
from typing import Any

Given = Mapping[str, Any]

_FOREIGN = {
    "English": "Der Hund ist nicht im Haus und die Katze ist auf dem Dach.",
    "French": "The dog is not in the house and the cat is on the roof.",
}
_OWN = {
    "English": "The dog is not in the house and the cat is on the roof.",
    "French": "Le chien est dans la maison et les chats sont sur le toit.",
    "German": "Der Hund ist nicht im Haus und die Katze ist auf dem Dach.",
    "Spanish": "El perro no está en la casa y los gatos están con su amigo.",
    "Italian": "Il cane è nella casa e i gatti non sono con gli altri.",
}

_COUNTED: dict[str, Callable[[int, Given], str]] = {
    "words": lambda n, _: " ".join(["word"] * n),
    "sentences": lambda n, _: "Go on. " * n,
    "paragraphs": lambda n, _: "Some text.\n\n" * n,
    "lines": lambda n, _: "Some text\n" * n,
    "characters": lambda n, _: "x" * n,
    "sentence_words": lambda n, _: " ".join(["word"] * n) + ". One.",
    "bullets": lambda n, _: "- one\n" * n,
    "numbered": lambda n, _: "\n".join(f"{k}. one" for k in range(1, n + 1)),
    "parts": lambda n, given: f"\n{given['separator']}\n".join(["one"] * n),
    "word_count": lambda n, given: " ".join([given["word"]] * n),
    "letter_count": lambda n, given: given["letter"] * n,
    "mark_count": lambda n, given: given["mark"] * n,
    "capital_words": lambda n, _: " ".join(["LOUD"] * n),
    "highlights": lambda n, _: " ".join(["*one*"] * n),
    "placeholders": lambda n, _: " ".join(["[one]"] * n),
}

_FOLLOWING: dict[str, Callable[[Given], str]] = {
    "includes": lambda given: ", ".join(given["words"]).upper(),
    "excludes": lambda _: "Nothing of the kind",
    "json_keys": lambda given: json.dumps(dict.fromkeys(given["keys"], 1)),
    "one_of": lambda given: str(given["options"][-1]),
    "lowercase": lambda _: "all small, 3 times",
    "uppercase": lambda _: "ALL LARGE, 3 TIMES",
    "title": lambda _: "<<A title>>\nText",
    "postscript": lambda given: f"Text\n\n{given['marker']} more",
    "quoted": lambda _: '"Text"',
    "fenced": lambda _: "```\nText\n```",
    "starts_with": lambda given: f"{given['text']} and so on",
    "ends_with": lambda given: f"And so on. {given['text']}",
    "language": lambda given: _OWN[given["language"]],
}

_VIOLATING: dict[str, Callable[[Given], str]] = {
    "includes": lambda given: " ".join([*given["words"][1:], given["words"][0] + "s"]),
    "excludes": lambda given: f"A {given['words'][0].upper()}!",
    "json_keys": lambda given: json.dumps(dict.fromkeys([*given["keys"], "more"], 1)),
    "one_of": lambda given: " ".join(given["options"]),
    "lowercase": lambda _: "all Small",
    "uppercase": lambda _: "ALL LARGe",
    "title": lambda _: "<A title>\nText",
    "postscript": lambda given: f"Text\n\n{given['marker']}",
    "quoted": lambda _: '"Text',
    "fenced": lambda _: "Here:\n```\nText\n```",
    "starts_with": lambda given: f"So, {given['text']}",
    "ends_with": lambda given: f"{given['text']} And so on.",
    "language": lambda given: _FOREIGN.get(given["language"], _OWN["English"]),
}


def following(given: Given) -> str:
    """A text that follows the instruction, with just the number that it names where it names one."""
    check = given["check"]
    if check in _COUNTED:
        return _COUNTED[check](given["count"], given) or "—"
    return _FOLLOWING[check](given)


def violating(given: Given) -> str:
    """A text that has one more than allowed, or one less than wanted; else one that just misses."""
    check = given["check"]
    if check in _COUNTED:
        less = given["relation"] == "at_least"
        return _COUNTED[check](given["count"] + (-1 if less else 1), given) or "—"
    return _VIOLATING[check](given)
