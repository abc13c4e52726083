"""The list of families, and what its flags promise."""

from __future__ import annotations

import re
from pathlib import Path

from bakeoff.suites.format_shift.variants.families import FAMILIES

PAGE = Path(__file__).parents[4] / "docs/format_shift_variants.md"


def test_the_issues_families_are_all_there() -> None:
    assert list(FAMILIES) == [
        "casual", "keyword_only", "verbose", "typos", "lower_case", "no_punctuation", "contractions", "template",
        "training_template_present", "training_template_absent", "training_template_foreign",
        "system_prompt_removed", "system_prompt_reworded", "output_json", "output_list", "output_one_word",
        "output_language", "email", "table", "chat", "shorter", "longer", "crossed",
    ]  # fmt: skip
    assert all(name == family.name for name, family in FAMILIES.items())


def test_the_page_has_a_section_for_each_with_its_weakness() -> None:
    sections = re.split(r"^### ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    documented = {section.split("`")[1]: section for section in sections}
    assert list(documented) == list(FAMILIES)
    for name, section in documented.items():
        assert "Weakness:" in section, name
        assert ("Draws nothing: K = 1." in section) == FAMILIES[name].deterministic, name
        assert ("English only." in section) == FAMILIES[name].english_only, name
        assert ("Needs `accepts_rendering`." in section) == FAMILIES[name].needs_rendering, name
