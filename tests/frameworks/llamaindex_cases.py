"""The llamaindex adapter in the contract test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from frameworks.chat import chat_bench, expected_usage
from frameworks.corpus import expected_contexts
from loopback import contract_script as script
from loopback.contract_cases import EVERYTHING, Bench, Case

from bakeoff.adapters.frameworks import llamaindex
from bakeoff.evals.records import Response


def expected(number: int) -> Response:
    """A response has no place for citations."""
    return Response(
        text=script.golden(number)["answer"],
        contexts=expected_contexts(number),
        usage=expected_usage(number),
    )


def bench(function: str, **options: Any) -> Callable[[Path], AbstractContextManager[Bench]]:
    @contextmanager
    def opened(_: Path) -> Iterator[Bench]:
        with chat_bench(llamaindex.PLUGIN, f"llamaindex_app:{function}", **options) as made:
            yield made

    return opened


# LlamaIndex has no place for a model's refusal, its engines return nothing but responses, and it has words
# of its own ("Empty Response") for an empty answer
CHAT = EVERYTHING - {script.DECLINED, script.MALFORMED, script.EMPTY}
QUERY = CHAT - {script.FOLLOW_UP}

CASES = [
    Case("llamaindex", bench("query_engine"), QUERY, expected),
    Case("llamaindex, async", bench("query_engine", asynchronous=True), QUERY, expected),
    Case("llamaindex, chat", bench("chat_engine"), CHAT, expected),
    Case("llamaindex, chat async", bench("chat_engine", asynchronous=True), CHAT, expected),
]
