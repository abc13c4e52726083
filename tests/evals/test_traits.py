"""Traits: merged from what is seen and what is stated, without secrets."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.evals.errors import InputError
from bakeoff.evals.traits import check_stated, mark, merged, seen_traits, text_mark, without_secrets

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=4),
    lambda inner: st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
TRAITS = st.dictionaries(st.sampled_from(["model", "decoding", "template"]), JSON)


def test_what_the_user_states_is_added_to_what_the_adapter_sees() -> None:
    seen: dict[str, Any] = {"model": "m", "decoding": {"temperature": 0.0}}
    stated: dict[str, Any] = {"decoding": {"top_p": 1}, "chat_template": "v2"}
    assert merged(seen, stated, "systems.bot.traits") == {
        "model": "m",
        "decoding": {"temperature": 0.0, "top_p": 1},
        "chat_template": "v2",
    }


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ({"model": "n"}, 'systems.bot.traits: states model as "n", but the adapter sees "m"'),
        ({"decoding": {"temperature": 1}}, "systems.bot.traits.decoding: states temperature as 1"),
        ({"system_prompt": "v1"}, 'states system_prompt as "v1", but the adapter sees none'),
    ],
)
def test_a_contradiction_is_one_sentence(stated: dict[str, Any], told: str) -> None:
    seen: dict[str, Any] = {"model": "m", "decoding": {"temperature": 0.0}, "system_prompt": None}
    with pytest.raises(InputError) as caught:
        check_stated(seen, stated, "systems.bot.traits")
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_slip_of_the_pen_is_told_and_a_name_of_the_users_own_is_not() -> None:
    with pytest.raises(InputError, match="did you mean 'decoding'"):
        check_stated({}, {"decodng": {}}, "t")
    check_stated({}, {"guardrails": "v2"}, "t")


def test_a_whole_prompt_is_no_trait() -> None:
    with pytest.raises(InputError, match="more than 2000 characters"):
        check_stated({}, {"system_prompt": "word " * 500}, "t")


@given(TRAITS, TRAITS)
def test_merging_keeps_all_that_is_seen(seen: dict[str, Any], stated: dict[str, Any]) -> None:
    try:
        found = merged(seen, stated, "t")
    except InputError:
        return
    assert found.keys() == seen.keys() | stated.keys()
    assert merged(found, stated, "t") == found
    for name, value in seen.items():
        if not isinstance(value, dict):
            assert found[name] == value


def test_a_trait_that_holds_a_value_of_the_environment_is_not_visible() -> None:
    traits: dict[str, Any] = {
        "model": "m",
        "endpoint": "host/sk-12345",
        "decoding": {"x": ["sk-12345"]},
        "n": {"sk-12345": 1},
    }
    assert without_secrets(traits, {"sk-12345"}) == {"model": "m"}
    assert without_secrets({"model": "m0"}, {"0"}) == {"model": "m0"}


def test_a_text_is_told_by_hash_and_length_alone() -> None:
    found = text_mark("Answer as a pirate.")
    assert found == {"hash": mark("Answer as a pirate."), "characters": 19}
    assert "pirate" not in str(found)
    assert text_mark(None) is None
    assert text_mark("") is None


def test_a_system_without_traits_shows_none() -> None:
    assert seen_traits(object()) == {}
