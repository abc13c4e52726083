"""The scores are bert-score's, also where transformers 5 would change or break them."""

from __future__ import annotations

import random
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tiny_models.models import write_bert, write_t5

from bakeoff.evals.errors import InputError
from bakeoff.suites.reference.bertscore_choice import choose
from bakeoff.suites.reference.bertscore_model import Matcher, load
from bakeoff.suites.reference.options import Options

HERE = Path()

PAIRS = [
    ("the cat sat on the mat", "a dog slept under a table"),
    ("refund within 30 days", "paid in full within 12 hours today"),
    ("it rains in Paris", "nobody knows why it is not red"),
    ("printer needs new ink every month", "the blue cartridge is not in the printer"),
    ("Rome was paid in full", "Rome was not paid in full"),
]

# bert_score.score(…, num_layers=2) of bert-score 0.3.13 under transformers 4.57.6, tokenizers 0.22.1,
# on the files that tests/tiny_models writes.
GOLDEN = {
    "bert": [
        (0.916370, 0.905836, 0.911072),
        (0.961016, 0.950722, 0.955841),
        (0.929399, 0.930601, 0.929999),
        (0.883388, 0.806798, 0.843358),
        (0.978729, 0.979224, 0.978976),
    ],
    "roberta": [
        (0.880239, 0.880120, 0.880180),
        (0.695925, 0.828574, 0.756479),
        (0.839578, 0.876584, 0.857682),
        (0.817276, 0.904362, 0.858616),
        (0.928770, 0.929451, 0.929110),
    ],
}


def matcher(folder: Path, **options: Any) -> Matcher:
    settings = {"layer": 2, "device": "cpu", **options}
    return load(choose(Options(model=str(folder), **settings), HERE))


def close(found: list[tuple[float, float, float]], expected: Any) -> bool:
    flat = [value for row in found for value in row]
    return flat == pytest.approx([value for row in expected for value in row], abs=1e-5)


def theirs(folder: Path, pairs: list[tuple[str, str]], **options: Any) -> list[tuple[float, float, float]]:
    """bert_score.score itself, unmended."""
    from bert_score import score

    settings = {"num_layers": 2, "device": "cpu", **options}
    candidates, references = zip(*pairs, strict=True)
    columns = score(list(candidates), list(references), model_type=str(folder), **settings)
    precision, recall, f1 = (column.tolist() for column in columns)
    return list(zip(precision, recall, f1, strict=True))


@pytest.mark.parametrize("name", ["bert", "roberta"])
def test_golden_scores_of_transformers_4(name: str, request: pytest.FixtureRequest) -> None:
    assert close(matcher(request.getfixturevalue(name)).score(PAIRS), GOLDEN[name])


def test_golden_scores_tell_every_field_apart() -> None:
    values = [value for rows in GOLDEN.values() for row in rows for value in row]
    assert len(set(values)) == len(values)


def test_candidate_and_reference_are_not_interchangeable(bert: Path) -> None:
    there = matcher(bert).score(PAIRS)
    back = matcher(bert).score([(reference, candidate) for candidate, reference in PAIRS])
    for (precision, recall, f1), (other_precision, other_recall, other_f1) in zip(there, back, strict=True):
        assert (precision, recall) == pytest.approx((other_recall, other_precision), abs=1e-5)
        assert f1 == pytest.approx(other_f1, abs=1e-5)
        assert abs(precision - other_precision) > 1e-4


@pytest.mark.parametrize("layer", [0, 1, 2, 3])
def test_bert_equals_the_package_itself(bert: Path, layer: int) -> None:
    assert close(matcher(bert, layer=layer).score(PAIRS), theirs(bert, PAIRS, num_layers=layer))


def test_minilm_equals_the_package_itself() -> None:
    embedded = choose(Options(device="cpu"), HERE)
    pairs = [
        *PAIRS,
        ("Zürich liegt in der Schweiz.", "Zurich is in Switzerland."),
        ("東京は日本の首都です。", "The capital of Japan is Tokyo."),
        ("x = 3 if y else -1  # 🤷", "\u202eright to left\u202c and <b>markup</b> & \x07 bell"),
    ]
    for some in (pairs, [("word " * 600, "words")]):
        assert close(
            load(embedded).score(some), theirs(Path(embedded.source), some, num_layers=embedded.layer)
        )


def test_roberta_needs_the_mend(roberta: Path) -> None:
    """Without the space before the first word, the package's own numbers are others."""
    from bert_score import BERTScorer
    from transformers import AutoTokenizer

    assert not close(theirs(roberta, PAIRS), GOLDEN["roberta"])
    scorer = BERTScorer(model_type=str(roberta), num_layers=2, device="cpu")
    scorer._tokenizer = AutoTokenizer.from_pretrained(roberta, add_prefix_space=True)
    candidates, references = zip(*PAIRS, strict=True)
    columns = [column.tolist() for column in scorer.score(list(candidates), list(references))]
    assert close(matcher(roberta).score(PAIRS), zip(*columns, strict=True))


@pytest.mark.parametrize("name", ["bert", "roberta"])
def test_a_blank_text_does_not_end_the_batch(name: str, request: pytest.FixtureRequest) -> None:
    """transformers 4 gave a blank text's score as 0; 5 raises AttributeError unless mended."""
    mended = matcher(request.getfixturevalue(name))
    found = mended.score([("", "a cat"), *PAIRS, ("a cat", " \n")])
    assert found[0] == found[-1] == (0.0, 0.0, 0.0) == mended.of_nothing()
    assert close(found[1:-1], GOLDEN[name])


@pytest.mark.filterwarnings("ignore:The given NumPy array is not writable")  # the package's own reading
def test_rescaled_scores_equal_the_package_itself(bert: Path, tmp_path: Path) -> None:
    baseline = tmp_path / "tiny.tsv"
    baseline.write_text("LAYER,P,R,F\n0,0.1,0.2,0.3\n1,0.15,0.25,0.35\n2,0.41,0.52,0.63\n3,0.7,0.8,0.9\n")
    rescaled = matcher(bert, baseline=str(baseline))
    options = {"rescale_with_baseline": True, "lang": "en", "baseline_path": str(baseline)}
    assert close(rescaled.score(PAIRS), theirs(bert, PAIRS, **options))
    assert rescaled.of_nothing() == pytest.approx((-0.41 / 0.59, -0.52 / 0.48, -0.63 / 0.37), abs=1e-5)


def test_idf_weights_equal_the_package_itself(bert: Path, tmp_path: Path) -> None:
    from bert_score.utils import get_idf_dict, get_tokenizer

    draw = random.Random(5)
    words = " ".join(text for pair in PAIRS for text in pair).split()
    corpus = [" ".join(draw.choices(words, k=draw.randint(2, 9))) for _ in range(1100)]
    path = tmp_path / "corpus.txt"
    path.write_text("\n\n".join(corpus), encoding="utf-8")
    expected = theirs(bert, PAIRS, idf=get_idf_dict(corpus, get_tokenizer(str(bert)), nthreads=0))
    found = matcher(bert, idf=str(path)).score(PAIRS)
    assert close(found, expected)
    assert not close(found, GOLDEN["bert"])


def test_a_text_is_embedded_once_a_call(bert: Path) -> None:
    """What reaches the model's forward, counted: one row for each distinct text."""
    mended = matcher(bert, batch_size=3)
    rows: list[int] = []
    hook = mended.model.register_forward_pre_hook(lambda _, given: rows.append(int(given[0].shape[0])))
    try:
        references = ["a red cat", "it rains", "30 days in Rome", "why not"]
        pairs = [
            (f"{system} {reference}", reference)
            for system in ("cat", "dog", "ink")
            for reference in references
        ]
        mended.score([*pairs, *pairs])
    finally:
        hook.remove()
    assert sum(rows) == 4 + 12


def test_equal_pairs_get_equal_scores_in_any_company(bert: Path) -> None:
    mended = matcher(bert)
    alone = mended.score(PAIRS[:1])
    crowd = mended.score([("why " * 25, "ink " * 20), *PAIRS, PAIRS[0], ("a", "the")])
    assert crowd[1] == crowd[6]
    assert close([crowd[1]], alone)


def test_nothing_to_score(bert: Path) -> None:
    assert matcher(bert).score([]) == []
    assert matcher(bert).read([]) == []


def test_readings(bert: Path) -> None:
    texts = [
        "the cat",
        "",
        " \n",
        "\u200b",
        "[SEP] [CLS]",
        "\ud83d",
        "a\ud83d\ude00",
        "red " * 29,
        "red " * 31,
        "red " * 60,
    ]
    readings = matcher(bert).read(texts)
    assert [reading.empty for reading in readings] == [False, *[True] * 5, *[False] * 4]
    assert [reading.tokens for reading in readings][-3:] == [31, 33, 62]
    assert [reading.cut for reading in readings][-3:] == [False, True, True]
    assert readings[5].text == "\ufffd"
    assert readings[6].text == "a😀"


@pytest.mark.parametrize(("limit", "expected"), [(32, 32), (None, 40), (4000, 40)])
def test_the_limit_is_declared_and_fits_the_positions(
    limit: int | None, expected: int, tmp_path: Path
) -> None:
    mended = matcher(write_bert(tmp_path / "model", limit=limit))
    assert mended.limit == expected
    assert len(mended.score([("red " * 600, "blue " * 600)])) == 1


def test_the_limit_of_roberta_leaves_out_its_reserved_positions(roberta: Path) -> None:
    mended = matcher(roberta)
    assert mended.limit == 30
    assert mended.read(["red " * 28, "red " * 29])[1].cut
    assert len(mended.score([("red " * 600, "blue " * 28)])) == 1


def test_a_folder_with_t5_in_its_name_is_what_its_config_says(tmp_path: Path) -> None:
    folder = write_bert(tmp_path / "run-t5" / "bert5")
    assert close(matcher(folder).score(PAIRS), GOLDEN["bert"])


def test_an_encoder_decoder_is_known_by_its_config_too(tmp_path: Path) -> None:
    named = write_t5(tmp_path / "t5")
    plain = write_t5(tmp_path / "plain")
    assert "t5" not in str(plain)
    assert close(matcher(plain, layer=1).score(PAIRS), theirs(named, PAIRS, num_layers=1))


def test_one_model_is_loaded_once_and_used_by_one_thread_at_a_time(bert: Path) -> None:
    mended = matcher(bert)
    assert matcher(bert) is mended
    found: dict[int, Any] = {}
    threads = [
        threading.Thread(target=lambda i=i: found.update({i: mended.score(PAIRS[i:])})) for i in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(close(found[i], GOLDEN["bert"][i:]) for i in range(4))


@pytest.mark.parametrize("device", ["nonsense", "cuda:99"])
def test_an_impossible_device_is_one_clear_line(bert: Path, device: str) -> None:
    with pytest.raises(InputError, match="BERTScore cannot use") as caught:
        matcher(bert, device=device)
    assert "\n" not in str(caught.value)


def test_broken_weights_are_one_clear_line(bert: Path, tmp_path: Path) -> None:
    for path in bert.iterdir():
        (tmp_path / path.name).write_bytes(
            path.read_bytes()[:100] if path.suffix == ".safetensors" else path.read_bytes()
        )
    with pytest.raises(InputError, match="BERTScore cannot use"):
        matcher(tmp_path)


def test_replaced_embedded_weights_are_refused(bert: Path) -> None:
    with pytest.raises(InputError, match="damaged or replaced"):
        load(replace(choose(Options(), HERE), source=str(bert)))
