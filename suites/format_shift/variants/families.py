"""All families, by name, in the order in which findings list them."""

from __future__ import annotations

from collections.abc import Mapping

from bakeoff.suites.format_shift.variants import length, outputs, register, surface, surroundings, templates
from bakeoff.suites.format_shift.variants.drafts import Family

CROSSED = "crossed"
CROSSED_FORMATS, CROSSED_ITEMS = 10, 50
"""The crossed block of METHODS.md §3: every one of these formats is asked of every one of these items."""

_ALL = (
    Family("casual", "as one types to a friend", register.casual, english_only=True),
    Family(
        "keyword_only", "as typed into a search box", register.keyword_only,
        english_only=True, deterministic=True,
    ),
    Family("verbose", "wrapped in courtesies", register.verbose, english_only=True),
    Family("typos", "typing errors in 5 % of the words", surface.typos, english_only=True),
    Family(
        "lower_case", "all in small letters", surface.lower_case,
        english_only=True, deterministic=True, ignores_case=True,
    ),
    Family(
        "no_punctuation", "without punctuation", surface.no_punctuation, english_only=True, deterministic=True
    ),
    Family(
        "contractions", "contractions made or undone", register.contractions,
        english_only=True, deterministic=True,
    ),
    Family("template", "in a format drawn for each sample", templates.template),
    Family(
        "training_template_present", "in the template of the training file",
        templates.training_template_present, needs_rendering=True, deterministic=True,
    ),
    Family(
        "training_template_absent", "without a template", templates.training_template_absent,
        needs_rendering=True, deterministic=True,
    ),
    Family(
        "training_template_foreign", "in another model's template", templates.training_template_foreign,
        needs_rendering=True,
    ),
    Family(
        "system_prompt_removed", "without a system prompt", templates.system_prompt_removed,
        needs_rendering=True, deterministic=True,
    ),
    Family(
        "system_prompt_reworded", "under the system prompt in other words",
        templates.system_prompt_reworded, needs_rendering=True,
    ),
    Family("output_json", "asking for JSON", outputs.output_json, english_only=True),
    Family("output_list", "asking for a list", outputs.output_list, english_only=True),
    Family("output_one_word", "asking for one word", outputs.output_one_word, english_only=True),
    Family(
        "output_language", "asking for an answer in another language", outputs.output_language,
        deterministic=True,
    ),
    Family("email", "inside an e-mail", surroundings.email, english_only=True),
    Family("table", "inside a table", surroundings.table),
    Family("chat", "after some small talk", surroundings.chat, english_only=True),
    Family(
        "shorter", "about half as long", length.shorter, english_only=True, deterministic=True
    ),
    Family("longer", "about three times as long", length.longer, english_only=True),
    Family(CROSSED, "the same samples in the same ten formats", templates.template),
)  # fmt: skip

FAMILIES: Mapping[str, Family] = {family.name: family for family in _ALL}
