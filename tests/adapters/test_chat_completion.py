"""Reading server-sent events and completions, whatever the pieces in which they come."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.adapters.chat_completion import Assembly, event_data, parse_json, read_whole, usage_of
from bakeoff.adapters.chat_endpoint import Garbled
from bakeoff.evals.errors import TransportFailure
from bakeoff.evals.records import Timing, Usage


def events(pieces: list[bytes]) -> list[bytes]:
    async def source() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    async def collect() -> list[bytes]:
        return [data async for data in event_data(source())]

    return asyncio.run(collect())


@given(
    st.lists(st.dictionaries(st.text(), st.text(), max_size=3), max_size=5),
    st.sampled_from(["\n", "\r\n"]),
    st.data(),
)
def test_events_survive_any_cutting(values: list[dict[str, str]], end: str, data: st.DataObject) -> None:
    told = [json.dumps(value, ensure_ascii=False) for value in values]
    stream = "".join(f": keep-alive{end}data: {text}{end}id: 7{end}{end}" for text in told).encode(
        "utf-8", "surrogatepass"
    )
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=6)))
    pieces = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert [json.loads(event.decode("utf-8", "surrogatepass")) for event in events(pieces)] == values


def test_data_lines_of_one_event_are_joined_and_the_last_event_needs_no_end() -> None:
    assert events([b"data: a\ndata:b\n\n", b"\n\ndata: c"]) == [b"a\nb", b"c"]


def test_every_count_goes_where_it_belongs() -> None:
    raw = {
        "prompt_tokens": 1,
        "completion_tokens": 2,
        "prompt_tokens_details": {"cached_tokens": 3},
        "completion_tokens_details": {"reasoning_tokens": 4},
    }
    assert usage_of(raw) == Usage(input_tokens=1, output_tokens=2, cached_tokens=3, reasoning_tokens=4)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda child: (
            st.lists(child, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["prompt_tokens", "choices", "message", "content", "usage", "delta", "finish_reason"]
                ),
                child,
                max_size=4,
            )
        ),
    )
)
def test_any_json_is_read_or_garbled_never_a_crash(value: Any) -> None:
    usage_of(value)
    payload = value if isinstance(value, dict) else {"choices": [{"message": value, "delta": value}]}
    assembly = Assembly()
    for read in (
        lambda: read_whole(payload, Timing()),
        lambda: assembly.add(payload, 0.1),
        lambda: assembly.completion(0.1, done=True),
    ):
        with contextlib.suppress(Garbled):
            read()


def test_text_in_parts_is_joined() -> None:
    message = {"content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}
    assert read_whole({"choices": [{"message": message}]}, Timing()).text == "ab"


@pytest.mark.parametrize("raw", [b"", b"<html>", b'{"a": ', b"[1]", b"\xff\xfe"])
def test_what_is_no_json_object_is_garbled_and_shown(raw: bytes) -> None:
    with pytest.raises(Garbled, match="body"):
        parse_json(raw, "text/html")


def test_a_stream_without_an_end_is_unfinished_and_an_empty_one_garbled() -> None:
    assembly = Assembly()
    assembly.add({"choices": [{"delta": {"content": "half"}}]}, 0.1)
    with pytest.raises(TransportFailure):
        assembly.completion(0.2, done=False)
    with pytest.raises(Garbled):
        Assembly().completion(0.2, done=True)
