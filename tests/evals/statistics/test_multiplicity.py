"""Holm and BH against statsmodels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bakeoff.evals.statistics import benjamini_hochberg, holm

p_values = st.lists(st.floats(0, 1) | st.sampled_from([0.01, 0.05, 1.0]), min_size=1, max_size=20)


@settings(deadline=None, max_examples=25)
@given(p_values)
def test_both_are_statsmodels(p: list[float]) -> None:
    from statsmodels.stats.multitest import multipletests

    assert holm(p) == pytest.approx(multipletests(p, method="holm")[1], rel=1e-9, abs=1e-300)
    assert benjamini_hochberg(p) == pytest.approx(multipletests(p, method="fdr_bh")[1], rel=1e-9, abs=1e-300)


@given(p_values)
def test_adjusting_only_raises_and_keeps_the_order(p: list[float]) -> None:
    raw = np.array(p)
    stepped, rate = holm(p), benjamini_hochberg(p)
    assert (raw <= rate + 1e-15).all()
    assert (rate <= stepped + 1e-15).all()
    order = np.argsort(raw, kind="stable")
    assert (np.diff(stepped[order]) >= 0).all()
    assert (np.diff(rate[order]) >= 0).all()


def test_no_values_no_adjustment() -> None:
    assert holm([]).tolist() == benjamini_hochberg([]).tolist() == []


@pytest.mark.parametrize("bad", [[0.5, float("nan")], [-0.1], [1.1], [[0.5]]])
def test_only_p_values_are_taken(bad: list[float]) -> None:
    for adjust in (holm, benjamini_hochberg):
        with pytest.raises(ValueError, match="p-values"):
            adjust(bad)
