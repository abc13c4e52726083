"""What a config can say of suite `forgetting`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Margin = Annotated[float, Field(gt=0, lt=1)]
Name = Annotated[str, Field(min_length=1)]


class FamilyFile(BaseModel):
    """A file of the user's own families: rows with question, reference and, optionally, family and scorer.

    The family of a row that names none is the file's stem; `scorer` is for rows that name none.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: Path
    scorer: Name = "exact"
    chance: float = Field(default=0.0, ge=0, lt=1)
    margin: Margin | None = None


class Learning(BaseModel):
    """What the tuning was for: the metric (`suite.output`), in one domain or over all samples."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    metric: Name
    domain: str | None = None


class Options(BaseModel):
    """Which families, how many items of each, how much worse counts as no worse (METHODS §4, §10)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    families: tuple[Name, ...] | None = None
    files: tuple[Path | FamilyFile, ...] = ()
    size: int = Field(default=500, ge=1, description="items of each family, where it has as many")
    arms: tuple[Literal["own", "closed_book"], ...] = Field(default=("own",), min_length=1)
    drift: bool = True
    margin: Margin = 0.05
    margin_written: Margin = 0.10
    margin_pooled: Margin = 0.02
    learning: Learning | None = None

    @property
    def family_files(self) -> tuple[FamilyFile, ...]:
        """The files, a bare path as one with nothing else said."""
        return tuple(FamilyFile(path=one) if isinstance(one, Path) else one for one in self.files)
