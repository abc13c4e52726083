"""What the systems of the contract test are asked, and what each must answer.

Every adapter's backend plays this script: `reply` says what to do for a question. No two fields of a
golden answer are equal, nor equal to another question's, so that a mis-wired field shows.
"""

from __future__ import annotations

from typing import Any

from bakeoff.evals.records import Citation, Context, Response, Turn, Usage

GOLDEN = tuple(f"What is fact {number}? {{braces}} “{number}”" for number in range(20))
EMPTY = "Answer with nothing."
DECLINED = "Decline."
RETRIEVES_NOTHING = "Retrieve nothing."
HANGS = "Hang."
FAILS = "Fail with an error of your own."
MALFORMED = "Say something that is no answer."
BREAKS = "Break the connection."

CONVERSATION = (Turn(role="user", content="What came first?"), Turn(role="assistant", content="Fact 7."))
FOLLOW_UP = "And then?"


def number_of(question: str) -> int:
    return GOLDEN.index(question)


def reply(question: str, conversation: list[dict[str, str]] | None = None) -> dict[str, Any]:
    """The answer as a mapping with the keys of `adapters.answer_mapping`; KeyError for a scripted fault."""
    if question in GOLDEN:
        return golden(number_of(question))
    if question == FOLLOW_UP:
        said = " / ".join(turn["content"] for turn in conversation or ())
        return {"answer": f"after {said}", "contexts": ["followed"]}
    others: dict[str, dict[str, Any]] = {
        EMPTY: {"answer": "", "contexts": ["the empty one's context"]},
        DECLINED: {"answer": "I would rather not.", "contexts": ["declined"], "abstained": True},
        RETRIEVES_NOTHING: {"answer": "from memory", "contexts": []},
    }
    return others[question]


def golden(number: int) -> dict[str, Any]:
    return {
        "answer": f"Fact {number} is {1_000 + number}.",
        "contexts": [
            {
                "text": f"first passage {number}",
                "id": f"id-{2_000 + number}",
                "source": f"file-{3_000 + number}",
            },
            {"text": f"second passage {number}", "score": 4_000.5 + number},
        ],
        "citations": [{"source": f"cited {number}", "start": 5 + number, "end": 6 + number}],
        "usage": {
            "input_tokens": 10_000 + number,
            "output_tokens": 20_000 + number,
            "reasoning_tokens": 30_000 + number,
            "cached_tokens": 40_000 + number,
            "cost_usd": 0.5 + number,
        },
        "abstained": False,
    }


def expected(number: int) -> Response:
    """The golden answer as a response, without timing; written out, not converted."""
    return Response(
        text=f"Fact {number} is {1_000 + number}.",
        contexts=(
            Context(
                text=f"first passage {number}", id=f"id-{2_000 + number}", source=f"file-{3_000 + number}"
            ),
            Context(text=f"second passage {number}", score=4_000.5 + number),
        ),
        citations=(Citation(source=f"cited {number}", start=5 + number, end=6 + number),),
        usage=Usage(
            input_tokens=10_000 + number,
            output_tokens=20_000 + number,
            reasoning_tokens=30_000 + number,
            cached_tokens=40_000 + number,
            cost_usd=0.5 + number,
        ),
        abstained=False,
    )
