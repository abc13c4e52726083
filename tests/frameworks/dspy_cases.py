"""The dspy adapter in the contract test."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from frameworks.chat import chat_bench, expected_usage, said
from frameworks.corpus import expected_contexts
from loopback import contract_script as script
from loopback.contract_cases import EVERYTHING, Bench, Case, chat_usage

from bakeoff.adapters.frameworks import dspy
from bakeoff.evals.records import Response

FIELD = re.compile(r"\[\[ ## (\w+) ## \]\]\n(.*?)(?=\n\n|\Z)", re.DOTALL)
"""A field of a prompt of dspy's ChatAdapter."""


def field(text: str, name: str) -> str:
    fields: dict[str, str] = dict(FIELD.findall(text))
    return fields[name]


def reply(messages: list[dict[str, str]]) -> str:
    """The script's answer in the form that dspy asks for, its own wrapping taken off the messages."""
    names = {"user": "question", "assistant": "answer"}
    bare = [
        {**one, "content": field(one["content"], names[one["role"]])}
        for one in messages
        if one["role"] in names
    ]
    return f"[[ ## answer ## ]]\n{said(bare)}\n\n[[ ## completed ## ]]"


def usage(text: str) -> dict[str, Any] | None:
    return chat_usage(field(text, "question"))


def expected(number: int) -> Response:
    """A prediction has no place for citations."""
    return Response(
        text=script.golden(number)["answer"],
        contexts=expected_contexts(number),
        usage=expected_usage(number),
    )


def bench(**options: Any) -> Callable[[Path], AbstractContextManager[Bench]]:
    @contextmanager
    def opened(_: Path) -> Iterator[Bench]:
        with chat_bench(dspy.PLUGIN, "dspy_app:program", reply, usage, **options) as made:
            yield made

    return opened


# dspy has no place for a model's refusal
CASES = [
    Case("dspy", bench(), EVERYTHING - {script.DECLINED}, expected),
    Case("dspy, async", bench(asynchronous=True), EVERYTHING - {script.DECLINED}, expected),
]
