"""A scripted judge: plausible, deterministic verdicts for ragas' prompts, from nothing but the prompt.

The verdicts depend on the texts (word overlap), so that scores differ from item to item and a mix-up of
fields shows.
"""

from __future__ import annotations

import json
import re
from typing import Any

MARK = "Now perform the same with the following input\ninput: "


def inputs_of(prompt: str) -> dict[str, Any]:
    """The JSON object that a ragas prompt ends with."""
    start = prompt.rindex(MARK) + len(MARK)
    value, _ = json.JSONDecoder().raw_decode(prompt, start)
    assert isinstance(value, dict)
    return value


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.!?])\s+", text.strip()) if part]


def supported(statement: str, context: str) -> int:
    """1 where three in five of the statement's words occur in the context."""
    needed = words(statement)
    return int(len(needed & words(context)) >= 0.6 * max(1, len(needed)))


def verdicts(statements: list[str], context: str, key: str) -> list[dict[str, Any]]:
    return [{"statement": s, "reason": "word overlap", key: supported(s, context)} for s in statements]


def judge_reply(prompt: str) -> str:
    """The JSON that a judge would send back for one of ragas' prompts."""
    inputs = inputs_of(prompt)
    if "statements" in inputs:
        reply: dict[str, Any] = {"statements": verdicts(inputs["statements"], inputs["context"], "verdict")}
    elif "atomicity" in inputs:
        reply = {"claims": sentences(inputs["response"])}
    elif "response" in inputs:
        evasive = int("i don't know" in inputs["response"].lower())
        reply = {"question": f"What about {inputs['response'][:60]}?", "noncommittal": evasive}
    elif "context" not in inputs:
        reply = {"statements": sentences(inputs["answer"])}
    elif '"classifications"' in prompt:
        reply = {"classifications": verdicts(sentences(inputs["answer"]), inputs["context"], "attributed")}
    else:
        reply = {"reason": "word overlap", "verdict": supported(inputs["answer"], inputs["context"])}
    return json.dumps(reply)
