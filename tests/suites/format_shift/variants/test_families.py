"""The list of families, and what its flags promise."""

from __future__ import annotations

import re
from pathlib import Path

from bakeoff.evals.records import Sample
from bakeoff.suites.format_shift.variants.derive import FAMILIES, derive, format_count, shown_text

PAGE = Path(__file__).parents[4] / "docs/format_shift_variants.md"


def test_the_issues_families_are_all_there() -> None:
    assert list(FAMILIES) == [
        "casual", "keyword_only", "verbose", "typos", "lower_case", "no_punctuation", "contractions",
        "template", "training_template_present", "training_template_absent", "training_template_foreign",
        "system_prompt_removed", "system_prompt_reworded", "output_json", "output_list", "output_one_word",
        "output_language", "email", "table", "chat", "shorter", "longer", "crossed",
    ]  # fmt: skip
    assert all(name == family.name for name, family in FAMILIES.items())


def sections() -> dict[str, str]:
    found = re.split(r"^### ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return {section.split("`")[1]: section for section in found}


def test_the_pages_examples_are_what_the_families_make() -> None:
    question = "Kindly state the weight of the Harnolt Max."
    sample = Sample(id="harnolt-max-weight", question=question, reference="5 kg")
    shown = 0
    for variant in derive([sample], seed=0).samples:
        example = shown_text(variant).replace("\n", "\\n").replace("\t", "\\t")
        section = sections().get(str(variant.variant), "")
        shown += f"`{example}`" in section
        bare = example == question or str(variant.variant).startswith("crossed")
        assert bare or f"`{example}`" in section, variant.variant
    assert shown == 16


def test_the_page_counts_the_formats() -> None:
    assert f"{format_count():,} distinct formats" in sections()["template"]


def test_the_page_has_a_section_for_each_with_its_weakness() -> None:
    documented = sections()
    assert list(documented) == list(FAMILIES)
    for name, section in documented.items():
        assert "Weakness:" in section, name
        assert ("Draws nothing: K = 1." in section) == FAMILIES[name].deterministic, name
        assert ("English only." in section) == FAMILIES[name].english_only, name
        assert ("Needs `accepts_rendering`." in section) == FAMILIES[name].needs_rendering, name
