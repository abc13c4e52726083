"""Names of latency quantiles: `latency_p95_s` is the 95 % quantile of `latency_s`."""

from __future__ import annotations

import re

from bakeoff.evals.gate_config import CheckConfig

_NAME = re.compile(r"(?:operations\.)?(latency|first_token)_p(\d{1,2})_s")


def quantile_of(check: CheckConfig) -> tuple[str, float] | None:
    """The measured metric and the quantile that a check asks about, or None where it asks about a mean.

    >>> quantile_of(CheckConfig(metric="latency_p95_s", at_most=2.0))
    ('latency_s', 0.95)
    """
    if check.quantile is not None and check.metric is not None:
        return check.metric.removeprefix("operations."), check.quantile
    match = _NAME.fullmatch(check.metric or "")
    if match is None or int(match[2]) == 0:
        return None
    return f"{match[1]}_s", int(match[2]) / 100
