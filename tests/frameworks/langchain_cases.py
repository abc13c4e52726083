"""The langchain adapter in the contract test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from frameworks.chat import chat_bench, expected_usage
from frameworks.corpus import expected_contexts
from loopback import contract_script as script
from loopback.contract_cases import EVERYTHING, Bench, Case

from bakeoff.adapters.frameworks import langchain
from bakeoff.evals.records import Response

INPUT = {"question": "{question}", "history": "{conversation}"}


def expected(number: int) -> Response:
    """A chain has no place for citations."""
    return Response(
        text=script.golden(number)["answer"],
        contexts=expected_contexts(number),
        usage=expected_usage(number),
    )


def bench(function: str, **options: Any) -> Callable[[Path], AbstractContextManager[Bench]]:
    @contextmanager
    def opened(_: Path) -> Iterator[Bench]:
        with chat_bench(langchain.PLUGIN, f"langchain_app:{function}", **options) as made:
            yield made

    return opened


CASES = [
    Case("langchain", bench("chain", input=INPUT), EVERYTHING, expected),
    Case("langchain, async", bench("chain", input=INPUT, asynchronous=True), EVERYTHING, expected),
    Case(
        "langchain, text alone",
        bench("text_chain"),
        EVERYTHING - {script.DECLINED, script.FOLLOW_UP, script.MALFORMED},
        expected,
    ),
]
