"""The note that a variant carries."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from bakeoff.evals.records import Sample
from bakeoff.suites.context_stress.note import EXTRA, Stress, stress_of
from bakeoff.suites.context_stress.options import Options


def test_the_name_of_a_variant() -> None:
    assert Stress(probe="oracle").variant == "oracle"
    assert Stress(probe="conflict", level="dated", through="documents").variant == "conflict:dated@documents"


def test_the_share_of_noise() -> None:
    assert Stress(probe="noise", level="0.4/0.50").share == 0.5
    assert Stress(probe="poison", level="plain").share is None


def test_a_note_survives_the_store() -> None:
    note = Stress(probe="conflict", level="dated", true_values=("24",), false_values=("36",))
    sample = Sample(id="q", question="?", extras={EXTRA: note.model_dump(mode="json")})
    assert stress_of(Sample.model_validate_json(sample.model_dump_json())) == note
    assert stress_of(Sample(id="q", question="?")) is None


@pytest.mark.parametrize(
    "options",
    [{"probes": ["oracel"]}, {"probes": []}, {"size": 0}, {"passages": 1}, {"through": ["air"]}, {"sise": 3}],
)
def test_options_that_there_are_not(options: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Options.model_validate(options)
