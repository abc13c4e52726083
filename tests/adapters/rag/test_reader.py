import numpy as np
import pytest
from rag_world.world import HashingEncoder

from bakeoff.adapters.rag.reader import ExtractiveReader, overlaps
from bakeoff.evals.records import Citation, Context

CORD = Context(
    text="The kettle boils fast. Its cord is ninety centimetres long. Clean it weekly.",
    id="k#1",
    source="kettle",
)
LAMP = Context(text="The lamp burns for six hours.", id="l#1", source="lamp")


def reader(**options: float | bool) -> ExtractiveReader:
    return ExtractiveReader(encode=HashingEncoder().encode, **options)  # type: ignore[arg-type]


def test_it_picks_the_sentence_and_cites_its_source() -> None:
    reading = reader()("How long is the cord?", [LAMP, CORD])
    assert reading.text == "Its cord is ninety centimetres long."
    assert reading.citations == (Citation(source="kettle", start=0, end=36),)


def test_two_sentences_come_in_reading_order_with_their_offsets() -> None:
    reading = reader(sentences=2)("cord ninety centimetres long, lamp burns", [LAMP, CORD])
    assert reading.text == "The lamp burns for six hours. Its cord is ninety centimetres long."
    assert [(c.source, reading.text[c.start : c.end]) for c in reading.citations] == [
        ("lamp", "The lamp burns for six hours."),
        ("kettle", "Its cord is ninety centimetres long."),
    ]


def test_it_declines_below_the_threshold_and_without_contexts() -> None:
    assert reader(abstain_below=0.9)("How long is the cord?", [LAMP, CORD]).text is None
    assert reader()("How long is the cord?", []).text is None
    assert reader()("How long is the cord?", [Context(text="  ")]).text is None


def test_overlaps_by_hand() -> None:
    # "cord" is in one of three texts, "long" in two; a word that is nowhere weighs most
    cord, long, nowhere = np.log(1 + 2.5 / 1.5), np.log(1 + 1.5 / 2.5), np.log(1 + 3.5 / 0.5)
    found = overlaps("long cord zebra", ["a long cord", "a long way", "blue"])
    total = cord + long + nowhere
    assert found == pytest.approx([(cord + long) / total, long / total, 0.0])
    assert overlaps("the", ["the", "of"]).tolist() == [0.0, 0.0]


def test_a_title_lends_its_words_but_is_not_part_of_the_answer() -> None:
    mini = Context(text="It holds 20 devices.", source="mini", metadata={"title": "The Mini hub"})
    large = Context(text="It holds 64 devices.", source="large", metadata={"title": "The large hub"})
    assert reader()("devices of the Mini", [large, mini]).text == "It holds 20 devices."


OLD = Context(
    text="The warranty for the lamp lasts exactly 24 months.", source="old", metadata={"as_of": "2023-06-01"}
)
NEW = Context(
    text="The warranty for the lamp lasts exactly 36 months.", source="new", metadata={"as_of": "2025-03-01"}
)
OTHER = Context(text="Deliveries take four days.", source="other", metadata={"as_of": "2026-01-01"})


def test_dates_play_no_part_unless_asked() -> None:
    contexts = [OLD, NEW, OTHER]
    assert reader()("How long does the warranty for the lamp last?", contexts).text == OLD.text
    newest = reader(prefer_newest=True)("How long does the warranty for the lamp last?", contexts)
    assert newest.text == NEW.text
    assert [c.source for c in newest.citations] == ["new"]


def test_a_context_without_source_or_id_is_not_cited() -> None:
    assert reader()("cord", [Context(text="A cord.")]).citations == ()
    assert reader()("cord", [Context(text="A cord.", id="c7")]).citations[0].source == "c7"


def test_a_sentence_shared_by_overlapping_chunks_is_used_once() -> None:
    reading = reader(sentences=2)("long cord", [CORD, CORD])
    assert reading.text is not None
    assert reading.text.count("cord") == 1
