"""Token counts under many names, and their sum."""

from __future__ import annotations

from typing import Any

import pytest
from openai.types import CompletionUsage

from bakeoff.adapters.frameworks.usages import total, usage_of
from bakeoff.evals.records import Usage

WHOLE = Usage(input_tokens=5, output_tokens=4, cached_tokens=3, reasoning_tokens=2)

OPENAI = {
    "prompt_tokens": 5,
    "completion_tokens": 4,
    "prompt_tokens_details": {"cached_tokens": 3},
    "completion_tokens_details": {"reasoning_tokens": 2},
}


@pytest.mark.parametrize(
    "raw",
    [
        OPENAI,
        CompletionUsage.model_validate({**OPENAI, "total_tokens": 9}),
        {
            "input_tokens": 5,
            "output_tokens": 4,
            "input_token_details": {"cache_read": 3},
            "output_token_details": {"reasoning": 2},
        },
        {
            "input_tokens": 5,
            "output_tokens": 4,
            "input_tokens_details": {"cached_tokens": 3},
            "output_tokens_details": {"reasoning_tokens": 2},
        },
    ],
)
def test_every_vendors_names_are_read(raw: object) -> None:
    assert usage_of(raw) == WHOLE


@pytest.mark.parametrize(
    "raw", [None, {}, "12", {"prompt_tokens": "12"}, {"prompt_tokens": True}, {"input_tokens": -1}]
)
def test_what_is_no_count_is_unknown(raw: object) -> None:
    assert usage_of(raw) == Usage()


def test_a_sum_is_known_only_where_all_of_it_is() -> None:
    def one(**counts: Any) -> Usage:
        return Usage(**counts)

    assert total([]) == Usage()
    assert total([WHOLE, WHOLE]).input_tokens == 10
    assert total([WHOLE, one(input_tokens=1)]) == one(input_tokens=6, cached_tokens=3, reasoning_tokens=2)
    assert total([WHOLE, Usage()]).output_tokens is None
