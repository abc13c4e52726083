"""What a config holds: the models of `bakeoff.yaml`. Reading one is `bakeoff.evals.config.load_config`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field, JsonValue, field_validator, model_validator

from bakeoff.evals.gate_config import GateConfig
from bakeoff.evals.records import Capability, Kind, Record
from bakeoff.evals.sample_rows import FIELDS
from bakeoff.evals.slices import SlicesConfig

DEFAULT_STORE = "sqlite:///.bakeoff/runs.db"
_POSTGRES = re.compile(r"postgresql\+psycopg://[^/\s?]+/[^/\s?]+(\?\S*)?")


def _printable(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise ValueError("must be printable text, not blank")
    return text


Text = Annotated[str, AfterValidator(_printable)]
Name = Annotated[Text, Field(max_length=100)]


class DatasetConfig(Record):
    """Where the samples come from: a file (`path`), or a data set on the hub (`hub`, `split`).

    `path` is relative to the config's folder. `columns` maps our names to the file's
    (`{question: prompt}`), `limit` takes the first samples only, `config` and `revision` go with `hub`,
    which may also be a local folder that `datasets.load_dataset` reads.
    """

    path: Text | None = None
    hub: Annotated[Text, Field(max_length=200)] | None = None
    split: Text | None = None
    config: Text | None = None
    revision: Text | None = None
    columns: Mapping[str, Text] = Field(default_factory=dict)
    limit: int | None = Field(default=None, ge=1)

    @field_validator("columns")
    @classmethod
    def _known_columns(cls, columns: Mapping[str, str]) -> Mapping[str, str]:
        unknown = [name for name in columns if name not in FIELDS]
        if unknown:
            raise ValueError(
                f"{unknown[0]!r} is no field of a sample; columns maps our name to yours, "
                f"and ours are {', '.join(FIELDS)}"
            )
        return columns

    @model_validator(mode="after")
    def _one_source(self) -> DatasetConfig:
        if (self.path is None) == (self.hub is None):
            raise ValueError("needs exactly one of path (a file) and hub (a data set's id)")
        if self.hub is not None and self.split is None:
            raise ValueError("hub needs a split, such as test")
        if self.path is not None:
            for key in ("split", "config", "revision"):
                if getattr(self, key) is not None:
                    raise ValueError(f"{key} goes with hub, not with path")
        return self


class DocumentsConfig(Record):
    """The corpus: a folder or file, and the name of the field that holds a document's date."""

    path: Text = Field(description="the folder or file of the corpus")
    as_of: Text | None = None


class TrainingConfig(Record):
    """What the tuned systems were trained on."""

    path: Text = Field(description="the fine-tuning data")


class Limits(Record):
    """Bounds on what a run may use.

    `concurrency` calls in flight, `timeout_s` seconds for one call, `retries` after a transport failure,
    `max_cost_usd` for the whole run (None: unbounded), `stall_s` seconds without any progress before the
    run stops (None: computed by the runner from the other limits).
    """

    concurrency: int = Field(default=32, ge=1, le=10_000)
    timeout_s: float = Field(default=60.0, gt=0, le=86_400)
    max_cost_usd: float | None = Field(default=None, gt=0)
    retries: int = Field(default=4, ge=0, le=100)
    stall_s: float | None = Field(default=None, gt=0, le=86_400)


class Settings(Record):
    """The keys of a config that no plug-in has a say in."""

    name: Name = Field(description="a short name for the comparison")
    dataset: DatasetConfig = Field(description="{path: questions.jsonl} or {hub: org/name, split: test}")
    documents: DocumentsConfig | None = None
    training: TrainingConfig | None = None
    seed: int = Field(default=0, ge=0, lt=2**63)
    repeats: int = Field(default=1, ge=1, le=1000)
    baseline: Text | None = None
    store: str = Field(default=DEFAULT_STORE, repr=False)
    limits: Limits = Limits()
    gate: GateConfig | None = Field(default=None, description="used by `bakeoff gate`")
    on_system_failure: Literal["worst", "exclude"] = "worst"
    slices: SlicesConfig | None = None
    family: Annotated[tuple[Text, ...], Field(min_length=1)] | None = Field(
        default=None, description="metrics whose differences are judged together; all otherwise"
    )
    alpha: float = Field(default=0.05, gt=0, lt=1)
    touches: Mapping[str, tuple[Text, ...]] = Field(default_factory=dict)

    @field_validator("store")
    @classmethod
    def _known_store(cls, url: str) -> str:
        # The messages never quote the URL: it may hold a password.
        file = url.removeprefix("sqlite:///")
        if file != url:
            if not file.strip("/") or not file.isprintable() or re.search(r"[?#]|^:|^file:", file):
                raise ValueError("sqlite:/// must be followed by the path of a file, without ? and #")
        elif not _POSTGRES.fullmatch(url):
            raise ValueError("must be sqlite:///path/to/file.db or postgresql+psycopg://user@host/database")
        return url


class JudgeConfig(Record):
    """The judge's kind, and its options as its plug-in validated them."""

    kind: str
    options: BaseModel = Field(repr=False)


class EncoderConfig(Record):
    """The encoder's kind, and its options as its plug-in validated them."""

    kind: str
    options: BaseModel = Field(repr=False)


class SuiteConfig(Record):
    """A suite's name, and its options as its plug-in validated them."""

    name: str
    options: BaseModel = Field(repr=False)


class SystemKeys(Record):
    """The keys that every system has, whatever its adapter."""

    adapter: Text = Field(description="the way to the system, such as http or openai")
    kind: Kind = Field(description="one of prompt, rag, fine_tuned and hybrid")
    parent: Text | None = None
    capabilities: frozenset[Capability] | None = None
    traits: Mapping[str, JsonValue] = Field(
        default_factory=dict, description="what the adapter cannot see: model, decoding, template …"
    )


class SystemConfig(SystemKeys):
    """One candidate; `options` are what its adapter validated, `capabilities` None means not stated."""

    options: BaseModel = Field(repr=False)


class Config(Settings):
    """A whole config, checked.

    `folder` is where relative paths start, `path` the file as it was named. `store` is absolute.
    `snapshot` is the file's content as JSON with `${NAME}` as written and literal secrets withheld: the
    only form that may be stored. `secrets` are the values to keep out of every message and record.
    """

    judge: JudgeConfig
    systems: Mapping[str, SystemConfig]
    encoder: EncoderConfig
    suites: tuple[SuiteConfig, ...]
    baseline: str
    folder: Path
    path: Path
    snapshot: Mapping[str, Any]
    secrets: frozenset[str] = Field(default=frozenset(), repr=False, exclude=True)


def resolve_store(url: str, folder: Path) -> str:
    """The store's URL with a relative SQLite path made absolute from the folder.

    >>> resolve_store("sqlite:///.bakeoff/runs.db", Path("/home/me/bot"))
    'sqlite:////home/me/bot/.bakeoff/runs.db'
    """
    file = url.removeprefix("sqlite:///")
    return url if file == url else f"sqlite:///{(folder.absolute() / file).as_posix()}"
