"""The fairness check of pairs of systems, and what it makes of a comparison."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from bakeoff.evals import operations
from bakeoff.evals.comparison import Comparison, Difference, MetricRow, Verdict
from bakeoff.evals.fairness.circumstances import Asked, Circumstances, around_notes
from bakeoff.evals.fairness.kinship import Kinship, kinship
from bakeoff.evals.fairness.notes import FairnessNote, Level, Reach
from bakeoff.evals.fairness.rules import OF_LANGUAGE_MODELS, trait_notes, word
from bakeoff.evals.findings import Finding
from bakeoff.evals.runs import RunHeader, SuiteOutput
from bakeoff.evals.table import ScoreTable, SystemInfo
from bakeoff.evals.traits import comparable, is_stated

Pair = tuple[str, str]
"""(system, baseline)."""

ORDER = (Level.VOIDS, Level.DIFFERS, Level.BY_DESIGN, Level.NOT_VISIBLE)
SEEN, UNSEEN = "visible", "not visible"


def check_pairs(
    table: ScoreTable, pairs: Iterable[Pair], around: Mapping[str, Circumstances]
) -> tuple[FairnessNote, ...]:
    """What else differs in each pair, what voids first. Names that the table does not hold are passed over.

    `around` has the circumstances of the systems by name; a system that is missing there has none known.
    """
    systems = {system.name: system for system in table.systems}
    found: list[FairnessNote] = []
    for ours, theirs in dict.fromkeys(pairs):
        if ours in systems and theirs in systems and ours != theirs:
            kin = kinship(systems[ours], systems[theirs], systems)
            nearby = around.get(ours, Circumstances()), around.get(theirs, Circumstances())
            notes = [*trait_notes(kin), *around_notes(kin, *nearby, table), *_unseen(kin)]
            found += sorted(notes, key=lambda note: ORDER.index(note.level))
    return tuple(found)


def with_fairness(
    comparison: Comparison, table: ScoreTable, around: Mapping[str, Circumstances], header: RunHeader
) -> Comparison:
    """The comparison with its fairness notes, and with all that they void marked.

    A voided difference keeps its numbers and loses its verdict. Of pairs that only a suite's finding
    compares, no more is noted than what voids.
    """
    shown = pairs_of(comparison)
    looked = [(one.system, one.against) for one in comparison.findings if one.against is not None]
    further = [pair for pair in looked if pair not in shown]
    notes = check_pairs(table, shown, around)
    more = [note for note in check_pairs(table, further, around) if note.level is Level.VOIDS]
    voids = voiding([*notes, *more])
    return comparison.model_copy(
        update={
            "fairness": (*notes, *more),
            "metrics": tuple(_marked(row, voids, header.outputs) for row in comparison.metrics),
            "findings": tuple(_marked_finding(finding, voids) for finding in comparison.findings),
        }
    )


def pairs_of(comparison: Comparison) -> list[Pair]:
    """The pairs that the table compares, in its order."""
    found = [(one.system, one.baseline) for row in comparison.metrics for one in row.differences]
    return list(dict.fromkeys(found))


def voiding(notes: Sequence[FairnessNote]) -> dict[Pair, list[FairnessNote]]:
    """The notes that void, by the pair that they are about."""
    found: dict[Pair, list[FairnessNote]] = {}
    for note in notes:
        if note.level is Level.VOIDS:
            found.setdefault((note.system, note.baseline), []).append(note)
    return found


def why_void(notes: Iterable[FairnessNote]) -> str:
    """In one breath: `void: another decoding and chat template`."""
    return f"void: another {' and '.join(dict.fromkeys(word(note.aspect) for note in notes))}"


def circumstances(header: RunHeader, run: str, asked: Mapping[str, Asked]) -> dict[str, Circumstances]:
    """The circumstances of a run's systems; `asked` says when each was."""
    judge, encoder = header.judge, header.encoder
    return {
        system.name: Circumstances(
            run=run,
            asked=asked.get(system.name),
            judge=None if judge is None else (judge.name, judge.fingerprint),
            encoder=None if encoder is None else (encoder.name, encoder.fingerprint),
            versions=header.versions,
            held=header.samples or None,
        )
        for system in header.systems
    }


def _unseen(kin: Kinship) -> Iterator[FairnessNote]:
    """What should be known of both, and one of them does not say."""
    for aspect in _wanted(kin):
        ours, theirs = (_shows(system, aspect) for system in (kin.ours, kin.theirs))
        if ours and theirs and not comparable(kin.ours.traits.get(aspect), kin.theirs.traits.get(aspect)):
            ours, theirs = (not is_stated(system.traits.get(aspect)) for system in (kin.ours, kin.theirs))
        if ours and theirs:
            continue
        silent = " and ".join(s.name for s, seen in ((kin.ours, ours), (kin.theirs, theirs)) if not seen)
        yield FairnessNote(
            system=kin.ours.name,
            baseline=kin.theirs.name,
            aspect=aspect,
            ours=SEEN if ours else UNSEEN,
            theirs=SEEN if theirs else UNSEEN,
            level=Level.NOT_VISIBLE,
            sentence=f"{word(aspect)}: not visible of {silent}",
        )


def _wanted(kin: Kinship) -> list[str]:
    return ["model", *OF_LANGUAGE_MODELS, *(["retrieval", "documents"] if kin.both_retrieve else [])]


def _shows(system: SystemInfo, aspect: str) -> bool:
    traits = system.traits
    if aspect == "model":
        return "model" in traits or "weights" in traits
    none_at_all = aspect in OF_LANGUAGE_MODELS and traits.get("decoding", "") is None
    return none_at_all or aspect in traits


def _marked(
    row: MetricRow, voids: Mapping[Pair, list[FairnessNote]], outputs: Sequence[SuiteOutput]
) -> MetricRow:
    reaches = _reaches(row, outputs)
    found = [_voided(one, voids.get((one.system, one.baseline), ()), reaches) for one in row.differences]
    return row.model_copy(update={"differences": tuple(found)})


def _reaches(row: MetricRow, outputs: Sequence[SuiteOutput]) -> set[Reach]:
    """Which notes are about this row; an older run does not say who scored, so all but the kernel's are."""
    reaches: set[Reach] = {"all"}
    for entry in outputs:
        if (entry.suite, entry.output.name) == (row.suite, row.metric) and row.suite != operations.SUITE:
            reaches |= {"judged"} if entry.judged is not False else set()
            reaches |= {"encoded"} if entry.encoded is not False else set()
    return reaches


def _voided(difference: Difference, notes: Sequence[FairnessNote], reaches: set[Reach]) -> Difference:
    mine = [note for note in notes if note.reach in reaches]
    if not mine or difference.effect is None:
        return difference
    told = "; ".join(text for text in (why_void(mine), difference.note) if text)
    return difference.model_copy(update={"voided": True, "verdict": Verdict.CANNOT_TELL, "note": told})


def _marked_finding(finding: Finding, voids: Mapping[Pair, list[FairnessNote]]) -> Finding:
    notes = voids.get((finding.system, finding.against or ""), [])
    mine = [note for note in notes if note.reach == "all"]
    if not mine:
        return finding
    status = "cannot_tell" if finding.status in ("alarm", "clear") else finding.status
    sentence = f"{finding.sentence} ({why_void(mine)})"
    return finding.model_copy(update={"status": status, "sentence": sentence})
