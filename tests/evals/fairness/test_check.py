"""The check over a whole comparison: notes, and what they void."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from toys.kin import info
from toys.table import column, run_record, table

from bakeoff.evals.comparison import Comparison, Verdict
from bakeoff.evals.comparison_builder import compare_table
from bakeoff.evals.fairness.check import check_pairs, pairs_of, voiding, with_fairness
from bakeoff.evals.fairness.circumstances import Circumstances
from bakeoff.evals.fairness.wording import fairness_lines
from bakeoff.evals.findings import Finding
from bakeoff.evals.records import Output
from bakeoff.evals.table import ScoreTable, SystemInfo

WARM = {"temperature": 0.7, "max_tokens": 64}
FULL = info("full", "fine_tuned", "base", weights="v", decoding=WARM)
LORA = info("lora", "fine_tuned", "base", weights="u")
BASE = info("base")
JUDGES = {"full": Circumstances(judge=("j", "1" * 32)), "lora": Circumstances(judge=("j", "2" * 32))}


def world(*systems: SystemInfo) -> ScoreTable:
    """Forty answers of each; the last system gets all wrong, the others none."""
    rows = [[1.0] * 40 for _ in systems[1:]] + [[0.0] * 40]
    columns = [column(Output(name=name), rows) for name in ("plain", "judged")]
    return replace(table([one.name for one in systems], columns), systems=list(systems))


def compared(
    *systems: SystemInfo,
    around: Mapping[str, Circumstances] | None = None,
    findings: list[Finding] | None = None,
) -> Comparison:
    made = world(*systems)
    run = run_record(made)
    judged = {"plain": False, "judged": True}
    outputs = tuple(
        one.model_copy(update={"judged": judged[one.output.name], "encoded": False})
        for one in run.header.outputs
    )
    header = run.header.model_copy(update={"outputs": outputs})
    found = compare_table(run, made, baseline=systems[-1].name, findings=findings or [])
    return with_fairness(found, made, around or {}, header)


def verdicts(comparison: Comparison) -> dict[tuple[str, str], tuple[bool, str]]:
    return {
        (row.metric, one.system): (one.voided, str(one.verdict))
        for row in comparison.metrics
        for one in row.differences
    }


def test_a_voided_difference_keeps_its_numbers_and_loses_its_verdict() -> None:
    comparison = compared(FULL, LORA, BASE)
    found = verdicts(comparison)
    assert found["plain", "full"] == (True, "cannot tell")
    assert found["plain", "lora"] == (False, "better")
    difference = comparison.metrics[0].differences[0]
    assert (difference.effect, difference.note) == (1.0, "void: another decoding")
    assert difference.p_adjusted is not None
    assert difference.p_adjusted < 0.05


def test_another_judge_voids_judged_metrics_alone() -> None:
    around = {**JUDGES, "base": JUDGES["full"]}
    found = verdicts(compared(LORA, BASE, around=around))
    assert found == {("plain", "lora"): (False, "better"), ("judged", "lora"): (True, "cannot tell")}


def test_what_voids_comes_first_and_what_is_not_visible_last() -> None:
    silent = info("silent", "fine_tuned", "base", weights="v", decoding=WARM, template=..., precision="4bit")
    base = info("base", precision="float32")
    made = world(silent, base)
    notes = check_pairs(made, [("silent", "base")], {})
    assert [(note.aspect, str(note.level)) for note in notes] == [
        ("decoding", "voids"),
        ("precision", "differs"),
        ("weights", "by design"),
        ("template", "not visible"),
    ]
    assert list(voiding(notes)) == [("silent", "base")]


def test_names_that_the_table_lacks_are_passed_over() -> None:
    assert check_pairs(world(LORA, BASE), [("lora", "gone"), ("gone", "base"), ("base", "base")], {}) == ()


def test_a_finding_against_a_void_ancestor_is_no_alarm() -> None:
    findings = [
        Finding(
            name="f.x", system="full", against="base", family="f", status="alarm", sentence="full forgot"
        ),
        Finding(
            name="f.x", system="lora", against="base", family="f", status="alarm", sentence="lora forgot"
        ),
    ]
    full, lora = compared(FULL, BASE, LORA, findings=findings).findings
    assert (full.status, full.sentence) == ("cannot_tell", "full forgot (void: another decoding)")
    assert lora == findings[1]


def test_of_pairs_that_only_a_finding_compares_no_more_is_told_than_what_voids() -> None:
    comparison = compared(
        FULL,
        BASE,
        LORA,
        findings=[Finding(name="f.x", system="full", against="base", family="f", sentence="-")],
    )
    told = [(note.system, note.baseline, note.aspect) for note in comparison.fairness]
    assert ("full", "base", "decoding") in told
    assert ("full", "base", "weights") not in told
    assert ("full", "base") not in pairs_of(comparison)


def test_a_run_of_before_traits_says_that_nothing_is_visible() -> None:
    old = [SystemInfo.model_validate({**one.model_dump(), "traits": {}}) for one in (LORA, BASE)]
    comparison = compared(*old)
    assert {str(note.level) for note in comparison.fairness} == {"not visible"}
    assert verdicts(comparison)["plain", "lora"] == (False, str(Verdict.BETTER))


# --- lines ------------------------------------------------------------------------------------------


def lines(*systems: SystemInfo, **around: Any) -> list[str]:
    comparison = compared(*systems, **around)
    return fairness_lines(pairs_of(comparison), comparison.fairness)


def test_pairs_that_say_the_same_share_a_line() -> None:
    more = info("more", "fine_tuned", "base", weights="x")
    void = "decoding: temperature 0.7 against temperature 0 (one was made from the other)"
    assert lines(FULL, LORA, more, BASE) == [
        f"full against base: VOID by {void}; by design: weights.",
        "lora, more against base: nothing else differs that the adapters can see; by design: weights.",
    ]


def test_pairs_with_several_baselines_share_a_line_too() -> None:
    pairs = [("b@2", "b@1"), ("a@2", "a@1"), ("c@2", "a@1")]
    assert fairness_lines(pairs, ()) == [
        "b@2 against b@1; a@2, c@2 against a@1: nothing else differs that the adapters can see."
    ]


def test_what_is_not_visible_is_one_line() -> None:
    dark = info("dark", model=..., weights=..., decoding=..., template=...)
    dim = info("dim", chat_template=...)
    assert lines(dark, dim, BASE) == [
        "dark, dim against base: nothing else differs that the adapters can see.",
        "Not visible to the adapters: model, template, decoding of dark; chat template of dim.",
    ]


def test_a_statement_beside_a_hash_is_not_visible() -> None:
    stated = info("stated", chat_template={"stated": "provider's"})
    assert lines(stated, BASE)[1:] == ["Not visible to the adapters: chat template of stated."]
    assert len(lines(stated, info("base", chat_template={"stated": "provider's"}))) == 1


def test_a_system_by_itself_is_compared_with_nothing() -> None:
    assert lines(BASE) == []
