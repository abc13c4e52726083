"""Which differences in traits matter, and how much."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toys.kin import LLM, info, levels, notes, related

BASE = info("base")
WARM = {"temperature": 0.7, "max_tokens": 64}
BASE_RAG = info(
    "rag", "rag", "base", retrieval={"method": "bm25"}, documents="d", context_budget={"top_k": 3}
)

CASES: list[tuple[str, list[Any], dict[str, str]]] = [
    ("nothing differs", [info("other"), BASE], {}),
    ("tuning", [info("full", "fine_tuned", "base", weights="v", model="n"), BASE], {"model": "by design"}),
    (
        "tuned, seen from its parent",
        [BASE, info("full", "fine_tuned", "base", weights="v")],
        {"weights": "by design"},
    ),
    (
        "tuned, and decoded in another way",
        [info("full", "fine_tuned", "base", weights="v", decoding=WARM), BASE],
        {"weights": "by design", "decoding": "voids"},
    ),
    (
        "the parent decoded in another way",
        [BASE, info("full", "fine_tuned", "base", weights="v", decoding=WARM)],
        {"weights": "by design", "decoding": "voids"},
    ),
    (
        "tuned, in another chat template",
        [info("full", "fine_tuned", "base", weights="v", chat_template="c"), BASE],
        {"weights": "by design", "chat_template": "voids"},
    ),
    (
        "tuned, asked in its training template",
        [info("full", "fine_tuned", "base", weights="v", template={"hash": "u"}), BASE],
        {"weights": "by design", "template": "voids"},
    ),
    (
        "tuned, under another system prompt",
        [info("full", "fine_tuned", "base", weights="v", system_prompt={"hash": "s", "characters": 9}), BASE],
        {"weights": "by design", "system_prompt": "differs"},
    ),
    (
        "siblings",
        [
            info("full", "fine_tuned", "base", weights="v", decoding=WARM),
            info("lora", "fine_tuned", "base", weights="u"),
        ],
        {"weights": "by design", "decoding": "differs"},
    ),
    ("strangers", [info("a", model="x", weights=...), info("b", weights=...)], {"model": "differs"}),
    ("strangers on the same weights", [info("a", decoding=WARM), BASE], {"decoding": "differs"}),
    (
        "a prompted system is its prompt",
        [info("v2", "prompt", "base", system_prompt={"hash": "s"}, template={"hash": "u"}), BASE],
        {"system_prompt": "by design", "template": "by design"},
    ),
    ("a prompted system decodes", [info("v2", "prompt", "base", decoding=WARM), BASE], {"decoding": "voids"}),
    ("retrieval", [BASE_RAG, BASE], {"retrieval": "by design"}),
    ("retrieval as baseline", [BASE, BASE_RAG], {"retrieval": "by design"}),
    (
        "retrieval needs a place in the template",
        [info("rag", "rag", "base", template={"hash": "u"}), BASE],
        {"template": "by design", "retrieval": "by design"},
    ),
    (
        "retrieval, and decoded in another way",
        [info("rag", "rag", "base", decoding=WARM), BASE],
        {"decoding": "voids", "retrieval": "by design"},
    ),
    (
        "retrieval on other weights than its parent's",
        [info("rag", "rag", "base", weights="v", decoding=WARM), BASE],
        {"weights": "differs", "decoding": "differs", "retrieval": "by design"},
    ),
    (
        "hybrid against the same retrieval",
        [
            info("h", "hybrid", "rag", weights="v", retrieval={"method": "bm25"}, documents="d"),
            BASE_RAG,
            BASE,
        ],
        {"weights": "by design"},
    ),
    (
        "hybrid against its grandparent",
        [info("h", "hybrid", "rag", weights="v", decoding=WARM), BASE, BASE_RAG],
        {"weights": "by design", "decoding": "voids", "retrieval": "by design"},
    ),
    (
        "two retrievals over different documents",
        [
            info("r", "rag", retrieval={"method": "dense"}, documents="e", context_budget={"top_k": 9}),
            BASE_RAG,
        ],
        {"retrieval": "differs", "documents": "voids", "context_budget": "differs"},
    ),
    ("precision", [info("a", precision="4bit"), info("b", precision="float32")], {"precision": "differs"}),
    (
        "a trait of the user's own",
        [info("a", guardrails="v2"), info("b", guardrails="v1")],
        {"guardrails": "differs"},
    ),
    ("seen on one side only", [info("a", precision="4bit", decoding=...), BASE], {}),
]


@pytest.mark.parametrize(("systems", "wanted"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_levels(systems: list[Any], wanted: dict[str, str]) -> None:
    assert levels(*systems) == wanted


def test_greedy_decoding_has_no_draw_to_differ_in() -> None:
    greedy = {"temperature": 0.0, "max_tokens": 64}
    assert levels(info("a", decoding={**greedy, "top_p": 0.9, "seed": 1}), info("b", decoding=greedy)) == {}
    assert levels(info("a", decoding={**WARM, "seed": 1}), info("b", decoding={**WARM, "seed": 2})) == {}
    assert levels(info("a", decoding={**WARM, "top_p": 0.9}), info("b", decoding=WARM)) == {
        "decoding": "differs"
    }


def test_the_sentence_says_what_each_has_and_only_where_they_differ() -> None:
    (note,) = notes(info("a", decoding={"temperature": 0.7, "max_tokens": 64, "top_p": 0.9}), BASE)
    assert note.sentence == "decoding: temperature 0.7, top_p 0.9 against temperature 0, top_p not set"
    (note,) = notes(info("a", system_prompt={"hash": "0123456789ab", "characters": 412}), BASE)
    assert note.sentence == "system prompt: 012345… (412 characters) against none"


def test_an_extractive_reader_has_no_prompt_to_differ_in() -> None:
    reader = info("rag", "rag", model="reader", weights=..., decoding=None, template=..., chat_template=...)
    assert levels(reader, info("base", weights=...)) == {"model": "differs", "retrieval": "by design"}


@pytest.mark.parametrize("aspect", ["code", "recording"])
def test_code_is_compared_with_itself_in_another_state_only(aspect: str) -> None:
    def bot(name: str, of: str, content: str, **more: Any) -> Any:
        shown: dict[str, Any] = {aspect: {"of": of, "content": content}, **more}
        return info(name, **shown)

    assert levels(bot("a", "bot.py", "1"), bot("b", "bot.py", "2")) == {aspect: "differs"}
    assert levels(bot("a", "bot.py", "1"), bot("b", "other.py", "2")) == {}


def test_arguments_count_where_the_code_is_the_same() -> None:
    def bot(name: str, of: str, k: int) -> Any:
        return info(name, code={"of": of, "content": "1"}, arguments={"k": k})

    (note,) = notes(bot("a", "bot:make", 5), bot("b", "bot:make", 3))
    assert note.sentence == "arguments: k 5 against k 3"
    assert notes(bot("a", "bot:make", 5), bot("b", "bot:other", 3)) == []


def test_without_weights_the_name_and_the_host_tell_the_same_model() -> None:
    here, there = (info(name, weights=..., endpoint=host) for name, host in (("a", "h1"), ("b", "h2")))
    assert not related(here, there).same_weights
    assert related(here, info("c", weights=..., endpoint="h1")).same_weights
    assert not related(info("a", weights=..., model=...), info("b", weights=..., model=...)).same_weights


def test_what_a_user_states_is_not_compared_with_a_hash() -> None:
    def tuned(template: Any) -> Any:
        return info("full", "fine_tuned", "base", weights="v", chat_template=template)

    stated, other = {"stated": "v1"}, {"stated": "v2"}
    base = info("base", chat_template=stated)
    assert levels(tuned("raw"), base) == {"weights": "by design"}
    assert levels(tuned(stated), base) == {"weights": "by design"}
    assert levels(tuned(other), base) == {"weights": "by design", "chat_template": "voids"}
    assert levels(tuned(None), base) == {"weights": "by design", "chat_template": "voids"}
    (_, note) = notes(tuned(other), base)
    assert note.sentence == "chat template: v2 against v1 (one was made from the other)"


CHANGES = st.dictionaries(
    st.sampled_from([*LLM, "precision", "retrieval", "documents", "guardrails"]),
    st.sampled_from(["x", "y", None, {"temperature": 1.0}, {"hash": "h"}, ...]),
)
KINDS = st.sampled_from(["prompt", "rag", "fine_tuned", "hybrid"])


@given(CHANGES, KINDS, KINDS)
def test_equal_traits_differ_in_nothing(changes: dict[str, Any], one: str, other: str) -> None:
    found = levels(info("a", one, **changes), info("b", other, **changes))
    assert found in ({}, {"retrieval": "by design"})


@given(CHANGES, CHANGES, KINDS, KINDS, st.booleans())
def test_a_difference_is_as_grave_from_either_side(
    ours: dict[str, Any], theirs: dict[str, Any], one: str, other: str, child: bool
) -> None:
    a, b = info("a", one, "b" if child else None, **ours), info("b", other, **theirs)
    assert levels(a, b) == levels(b, a)
