"""The haystack adapter in the contract test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from frameworks.chat import chat_bench, expected_usage
from frameworks.haystack_app import store
from loopback import contract_script as script
from loopback.contract_cases import EVERYTHING, Bench, Case

from bakeoff.adapters.frameworks import haystack
from bakeoff.evals.records import Context, Response


def expected(number: int) -> Response:
    """Haystack has no place for citations; the scores are the store's own, asked without a pipeline."""
    found = store().bm25_retrieval(script.GOLDEN[number], top_k=2)
    contexts = tuple(
        Context(text=one.content or "", id=one.id, source=one.meta.get("source"), score=one.score)
        for one in found
    )
    assert [one.text for one in contexts] == [one["text"] for one in script.golden(number)["contexts"]]
    return Response(text=script.golden(number)["answer"], contexts=contexts, usage=expected_usage(number))


def bench(**options: Any) -> Callable[[Path], AbstractContextManager[Bench]]:
    @contextmanager
    def opened(_: Path) -> Iterator[Bench]:
        with chat_bench(haystack.PLUGIN, "haystack_app:pipeline", **options) as made:
            yield made

    return opened


# a refusal has no place in haystack's messages, and no pipeline of these parts ends without an answer
PLAYED = EVERYTHING - {script.DECLINED, script.MALFORMED}

CASES = [
    Case("haystack", bench(), PLAYED, expected),
    Case("haystack, async", bench(asynchronous=True), PLAYED, expected),
]
