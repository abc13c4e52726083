"""The `recorded` adapter beyond the contract: formats, columns, matching, refusals, memory."""

from __future__ import annotations

import asyncio
import csv
import json
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from loopback.contract_cases import build

from bakeoff.adapters import recorded
from bakeoff.evals.errors import InputError, NotHeld
from bakeoff.evals.protocols import System
from bakeoff.evals.records import (
    Capability,
    Citation,
    Context,
    Failure,
    Kind,
    Rendering,
    Request,
    Response,
    Timing,
    Turn,
    Usage,
)

Rows = Sequence[dict[str, Any]]


def write_jsonl(path: Path, rows: Rows) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def write_json(path: Path, rows: Rows) -> None:
    path.write_text(json.dumps(list(rows), indent=1))


def write_csv(path: Path, rows: Rows) -> None:
    """As pandas writes it: lists in Python's way."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)


def write_parquet(path: Path, rows: Rows) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.Table.from_pylist(list(rows)), path)


WRITERS: dict[str, Callable[[Path, Rows], None]] = {
    "jsonl": write_jsonl,
    "json": write_json,
    "csv": write_csv,
    "parquet": write_parquet,
}


def make(folder: Path, rows: Rows, form: str = "jsonl", **rest: Any) -> System:
    WRITERS[form](folder / f"log.{form}", rows)
    options = {"path": f"log.{form}", "columns": rest.pop("columns", {})}
    return build(recorded.PLUGIN, folder, options, **rest)


def ask(system: System, question: str, **rest: Any) -> Response:
    """Ask, and leave the system open for more."""
    return asyncio.run(system.answer(Request(question=question, **rest)))


def close(system: System) -> None:
    asyncio.run(system.aclose())


FULL = [
    {
        "id": f"id{n}",
        "user_input": f"question {n}?",
        "response": f"answer {n}, with, commas and\nlines",
        "retrieved_contexts": [f"context {n}a", f"it's context {n}b"],
        "retrieved_context_ids": [f"k{n}a", f"k{n}b"],
        "citations": [f"source {n}"],
        "latency_s": 1.5 + n,
        "input_tokens": 100 + n,
        "output_tokens": 200 + n,
        "reasoning_tokens": 300 + n,
        "cached_tokens": 400 + n,
        "cost_usd": 0.25 + n,
        "abstained": n == 1,
        "reference": f"what it should have been {n}",
    }
    for n in range(3)
]


@pytest.mark.parametrize("form", WRITERS)
def test_every_field_in_every_format(tmp_path: Path, form: str) -> None:
    system = make(tmp_path, FULL, form)
    for n in (2, 0, 1):
        assert ask(system, f"question {n}?") == Response(
            text=f"answer {n}, with, commas and\nlines",
            contexts=(
                Context(text=f"context {n}a", id=f"k{n}a"),
                Context(text=f"it's context {n}b", id=f"k{n}b"),
            ),
            citations=(Citation(source=f"source {n}"),),
            usage=Usage(
                input_tokens=100 + n,
                output_tokens=200 + n,
                reasoning_tokens=300 + n,
                cached_tokens=400 + n,
                cost_usd=0.25 + n,
            ),
            timing=Timing(total_s=1.5 + n),
            abstained=n == 1,
        )
    assert system.capabilities == {Capability.RETRIEVES, Capability.CITES}
    assert system.content_addressed
    close(system)


@pytest.mark.parametrize("form", WRITERS)
def test_missing_values_in_every_format(tmp_path: Path, form: str) -> None:
    rows: list[dict[str, Any]] = [
        {
            "question": "q1",
            "answer": "",
            "error": None,
            "contexts": ["c"],
            "cost_usd": None,
            "abstained": None,
        },
        {
            "question": "q2",
            "answer": None,
            "error": "broke",
            "contexts": None,
            "cost_usd": 2.5,
            "abstained": None,
        },
        {"question": "q3", "answer": "a", "error": None, "contexts": [], "cost_usd": None, "abstained": True},
    ]
    system = make(tmp_path, rows, form)
    assert ask(system, "q1") == Response(text="", contexts=(Context(text="c"),))
    failed = ask(system, "q2")
    assert failed.error == Failure(kind="error", message="broke")
    assert failed.usage.cost_usd == 2.5
    assert ask(system, "q3") == Response(text="a", contexts=(), abstained=True)
    close(system)


@pytest.mark.parametrize("name", ["answer", "response", "text"])
def test_the_answers_names(tmp_path: Path, name: str) -> None:
    system = make(tmp_path, [{"question": "q", name: "a"}])
    assert ask(system, "q").text == "a"
    assert system.capabilities == frozenset()
    close(system)


def test_columns_are_mapped(tmp_path: Path) -> None:
    rows = [
        {"prompt": "p", "question": "not this", "reply": "r", "answer": "nor this", "docs": ["d"], "t": 3}
    ]
    columns = {"question": "prompt", "answer": "reply", "contexts": "docs", "latency_s": "t"}
    system = make(tmp_path, rows, columns=columns)
    response = ask(system, "p")
    assert response == Response(text="r", contexts=(Context(text="d"),), timing=Timing(total_s=3))
    close(system)


def test_conversations_in_ragas_form_and_in_ours(tmp_path: Path) -> None:
    turns = (Turn(role="user", content="u1"), Turn(role="assistant", content="a1"))
    messages = [
        {"content": "u1", "type": "human"},
        {"content": "a1", "type": "ai"},
        {"content": "u2", "type": "human"},
    ]
    ours = [{"role": "user", "content": "u1"}, {"role": "assistant", "content": "a1"}]
    rows: list[dict[str, Any]] = [
        {"user_input": messages, "response": "multi"},
        {"question": "u3", "conversation": ours, "answer": "ours"},
        {"question": "u3", "answer": "single"},
    ]
    system = make(tmp_path, rows)
    assert ask(system, "u2", conversation=turns).text == "multi"
    assert ask(system, "u3", conversation=turns).text == "ours"
    assert ask(system, "u3").text == "single"
    with pytest.raises(NotHeld):
        ask(system, "u2")
    close(system)


def test_repeats_are_told_apart_by_their_column(tmp_path: Path) -> None:
    rows = [{"question": "q", "answer": f"a{n}", "repeat": n} for n in (2, 0, 1)]
    system = make(tmp_path, rows, seed=40)
    assert [ask(system, "q", seed=40 + n).text for n in range(3)] == ["a0", "a1", "a2"]
    assert ask(system, "q").text == "a0"
    with pytest.raises(NotHeld, match="repeat 3"):
        ask(system, "q", seed=43)
    close(system)


def test_one_recorded_answer_is_not_several_repeats(tmp_path: Path) -> None:
    system = make(tmp_path, [{"question": "q", "answer": "a"}], seed=7)
    assert ask(system, "q", seed=7).text == "a"
    with pytest.raises(NotHeld):
        ask(system, "q", seed=8)
    close(system)


def test_rows_that_contradict_each_other_are_refused_with_both_places(tmp_path: Path) -> None:
    rows = [
        {"question": "x", "answer": "y"},
        {"question": "q", "answer": "a"},
        {"question": "q", "answer": "b"},
    ]
    with pytest.raises(InputError) as caught:
        make(tmp_path, rows)
    assert "log.jsonl:3: answers the same question as log.jsonl:2" in str(caught.value)


def test_rows_that_agree_are_one(tmp_path: Path) -> None:
    rows = [
        {"question": "q", "answer": "a", "latency_s": 1},
        {"question": "q", "answer": "a", "latency_s": 2},
    ]
    system = make(tmp_path, rows)
    assert ask(system, "q").timing.total_s == 1
    close(system)


@pytest.mark.parametrize("order", [1, -1])
def test_a_probes_row_gives_way_to_the_plain_one(tmp_path: Path, order: int) -> None:
    rows = [
        {"question": "q", "answer": "plain"},
        {"question": "q", "answer": "with another prompt", "variant": "bare"},
        {"question": "q, reworded", "answer": "reworded", "variant": "paraphrase"},
    ]
    system = make(tmp_path, rows[::order])
    assert ask(system, "q").text == "plain"
    assert ask(system, "q, reworded").text == "reworded"
    close(system)


def test_what_it_does_not_hold_is_not_held(tmp_path: Path) -> None:
    system = make(tmp_path, [{"question": "q", "answer": "a", "contexts": ["c"]}])
    for rest in (
        {"question": "another"},
        {"question": "Q"},
        {"question": "q", "contexts": ()},
        {"question": "q", "contexts": (Context(text="c"),)},
        {"question": "q", "rendering": Rendering(mode="none")},
        {"question": "q", "documents": "0" * 32},
        {"question": "q", "conversation": (Turn(role="user", content="u"),)},
    ):
        with pytest.raises(NotHeld):
            ask(system, **rest)
    close(system)


def test_contexts_and_citations_can_be_left_out_by_claim(tmp_path: Path) -> None:
    system = make(tmp_path, FULL, capabilities=frozenset())
    response = ask(system, "question 1?")
    assert (response.contexts, response.citations) == (None, ())
    close(system)


@pytest.mark.parametrize(
    ("capability", "said"),
    [(Capability.LIVE, "not live"), (Capability.RETRIEVES, "no such thing"), (Capability.STREAMS, "no such")],
)
def test_false_claims_are_refused(tmp_path: Path, capability: Capability, said: str) -> None:
    with pytest.raises(InputError, match=said):
        make(tmp_path, [{"question": "q", "answer": "a"}], capabilities=frozenset({capability}))


BROKEN: list[tuple[str, str]] = [
    ("{", "log.jsonl:2: broken JSON"),
    ("[1]", "log.jsonl:2: no JSON object"),
    ('"text"', "log.jsonl:2: no JSON object"),
    ('{"question": "q", "answer": NaN}', "log.jsonl:2"),
    ('{"answer": "a"}', "log.jsonl:2: there is no question"),
    ('{"question": "a\\ud800b", "answer": "a"}', "log.jsonl:2: 'question' holds half of a surrogate pair"),
    ('{"question": 3, "answer": "a"}', "log.jsonl:2: the question is not a text"),
    ('{"question": [], "answer": "a"}', "log.jsonl:2: the question is an empty list"),
    ('{"question": ["a"], "answer": "a"}', "a turn of a conversation is"),
    ('{"question": [{"type": "ai", "content": "a"}], "answer": "a"}', "does not end with the user"),
    ('{"question": "q", "conversation": "u", "answer": "a"}', "conversation is not a list"),
    ('{"question": "q"}', "there is no answer; it is looked for in: answer, response, text"),
    ('{"question": "q", "answer": null}', "the answer is nothing"),
    ('{"question": "q", "answer": 3}', "the answer is a int"),
    ('{"question": "q", "answer": "a", "error": "e"}', "both an answer and an error"),
    ('{"question": "q", "answer": "a", "contexts": "c"}', "contexts is a str"),
    ('{"question": "q", "answer": "a", "contexts": [3]}', "a context is a text"),
    ('{"question": "q", "answer": "a", "contexts": ["c"], "context_ids": []}', "as long as contexts"),
    ('{"question": "q", "answer": "a", "latency_s": "1"}', "total_s is a str"),
    ('{"question": "q", "answer": "a", "input_tokens": -1}', "cannot be"),
    ('{"question": "q", "answer": "a", "repeat": 1.5}', "repeat is 1.5"),
    ('{"question": "q", "answer": "a", "repeat": "0"}', "repeat is '0'"),
    ('{"question": "q", "answer": "a", "variant": 3}', "variant is not a text"),
    ('{"question": "q", "answer": "a", "abstained": "no"}', "abstained is a str"),
    ('{"question": "q", "answer": "a"}', "log.jsonl:2: has no contexts, but the answer at log.jsonl:1 has"),
]


@pytest.mark.parametrize(("line", "said"), BROKEN)
def test_broken_rows_are_refused_with_file_and_line(tmp_path: Path, line: str, said: str) -> None:
    first = '{"question": "first", "answer": "a", "contexts": []}'
    (tmp_path / "log.jsonl").write_text(f"{first}\n{line}\n")
    with pytest.raises(InputError) as caught:
        build(recorded.PLUGIN, tmp_path, {"path": "log.jsonl"})
    assert said in str(caught.value)
    assert "log.jsonl:2" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("question,answer,cost_usd\nq,a,dear\n", "log.csv:2: cost_usd is 'dear', not a number"),
        ("question,answer,contexts\nq,a,some words\n", "log.csv:2: contexts is no list"),
        ("question,answer\nq,a,b\n", "log.csv:2: 3 cells"),
        ("question,answer\n", "holds no answers"),
    ],
)
def test_broken_csv_is_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "log.csv").write_text(text)
    with pytest.raises(InputError) as caught:
        build(recorded.PLUGIN, tmp_path, {"path": "log.csv"})
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"path": "none.jsonl"}, "none.jsonl: no such file"),
        ({"path": "log.txt"}, "unknown kind"),
        ({"path": "log.jsonl", "columns": {"reply": "answer"}}, "unknown field 'reply'"),
        ({"path": "log.jsonl", "columns": {"answer": "reply"}}, "no column 'reply'"),
    ],
)
def test_bad_options_say_what_is_wrong(tmp_path: Path, options: dict[str, Any], said: str) -> None:
    write_jsonl(tmp_path / "log.jsonl", [{"question": "q", "answer": "a"}])
    (tmp_path / "log.txt").touch()
    with pytest.raises(InputError) as caught:
        build(recorded.PLUGIN, tmp_path, options)
    assert said in str(caught.value)


def test_the_file_may_change_while_the_run_reads(tmp_path: Path) -> None:
    system = make(tmp_path, [{"question": f"q{n}", "answer": f"a{n}"} for n in range(9)])
    (tmp_path / "log.jsonl").write_text("gone")
    assert ask(system, "q5").text == "a5"
    close(system)


def test_the_fingerprint_is_the_content_and_its_reading(tmp_path: Path) -> None:
    rows = [{"question": "q", "answer": "a", "text": "b"}]

    def fingerprint(rows: Rows = rows, **rest: Any) -> str:
        system = make(tmp_path, rows, **rest)
        close(system)
        return system.fingerprint

    first = fingerprint()
    assert fingerprint(name="other", seed=5, kind=Kind.PROMPT) == first
    others = [fingerprint(columns={"answer": "text"}), fingerprint([{**rows[0], "answer": "b"}])]
    assert len({first, *others}) == 3


def held_bytes(folder: Path, count: int) -> int:
    """Memory that a recording of long answers holds once it is built, and asked."""
    rows = ({"question": f"q{n}", "answer": f"{n} " * 500, "contexts": ["x" * 2_000]} for n in range(count))
    with (folder / "log.jsonl").open("w") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    tracemalloc.start()
    system = build(recorded.PLUGIN, folder, {"path": "log.jsonl"})
    assert (ask(system, f"q{count - 1}").text or "").startswith(f"{count - 1} ")
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    close(system)
    return held


def test_memory_holds_no_answers(tmp_path: Path) -> None:
    held_bytes(tmp_path, 10)  # what is imported on the way is not counted below
    few, many = held_bytes(tmp_path, 100), held_bytes(tmp_path, 1_100)
    assert (many - few) / 1_000 < 300  # bytes an answer, of about 4,000 on disk
