"""From the options to variants: families by rule, and the styles of a language model where one is named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bakeoff.evals.errors import InputError
from bakeoff.evals.plugins import Wiring
from bakeoff.evals.protocols import Encoder, System
from bakeoff.evals.records import Sample
from bakeoff.evals.training_data import TrainingRow
from bakeoff.suites.format_shift.options import WHERE, Options
from bakeoff.suites.format_shift.outcomes import CROSSED
from bakeoff.suites.format_shift.variants.derive import FAMILIES, Derived, Given, derive
from bakeoff.suites.format_shift.variants.rewriting import STYLES, Rewriter, rewrite
from bakeoff.suites.format_shift.variants.rewritten_texts import RewrittenTexts


@dataclass(frozen=True)
class Making:
    """What variants are made with. `folder` is the config's, `rewriter` builds the model that rewrites."""

    options: Options
    folder: Path
    rewriter: Callable[[], System] | None

    def derived(
        self, given: Sequence[Sample], rows: Sequence[TrainingRow], seed: int, encoder: Encoder | None
    ) -> Derived:
        """All variants of the samples, those by rule first."""
        options = self.options
        by_rule = derive(
            given,
            seed=seed,
            families=_families(options),
            training=rows,
            per_family=options.per_family,
            given=_known(options),
        )
        if options.rewriter is None or self.rewriter is None:
            return by_rule
        if encoder is None:
            raise InputError("rewritten questions cannot be checked without an encoder", where=WHERE)
        texts = RewrittenTexts(self.folder / options.rewriter.folder)
        rewriter = Rewriter(self.rewriter, texts, encoder, options.rewriter.styles or STYLES)
        written = rewrite(given, rewriter, seed=seed, per_family=options.per_family)
        return Derived(
            [*by_rule.samples, *written.samples],
            {**by_rule.dropped, **written.dropped},
            (*by_rule.passed_through, *written.passed_through),
        )


def making_of(options: Options, wiring: Wiring) -> Making:
    """The making that the options describe. Raises InputError for families that there are not, and for
    styles that take a family's name."""
    for name in options.families or ():
        if name not in FAMILIES:
            raise InputError(
                f"there is no family {name!r}",
                where=f"{WHERE}.families",
                todo=f"known: {', '.join(FAMILIES)}",
            )
    rewriting = options.rewriter
    for name in (rewriting.styles if rewriting is not None else None) or ():
        if name in FAMILIES or ":" in name or not name.strip():
            raise InputError(
                f"a style cannot be named {name!r}",
                where=f"{WHERE}.rewriter.styles",
                todo="choose a name that is no family's and holds no colon",
            )
    build = None if rewriting is None else partial(wiring.adapter, rewriting.system, "rewriter")
    return Making(options, wiring.folder, build)


def _families(options: Options) -> list[str]:
    chosen = list(FAMILIES if options.families is None else options.families)
    return [name for name in chosen if options.crossed or name != CROSSED]


def _known(options: Options) -> Given:
    language = options.language
    return Given(
        system_prompt=options.system_prompt,
        reworded_prompt=options.reworded_prompt,
        language=None if language is None else language.name,
        instruction=None if language is None else language.instruction,
    )
