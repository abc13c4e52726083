"""The samples of each domain, as far as they have a value."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from bakeoff.evals.table import SampleKey

Values = NDArray[np.float64]
Places = NDArray[np.int64]


def groups(samples: Sequence[SampleKey], values: Values, given: Collection[str] | None) -> dict[str, Places]:
    """The places of each domain's samples that have a value, domains in alphabetical order.

    Left out are variants, samples without a domain, and, unless `given` is None, those not in it: other
    suites' own items.
    """
    found: dict[str, list[int]] = {}
    for i, sample in enumerate(samples):
        ours = sample.origin is None and (given is None or sample.id in given)
        if ours and sample.domain is not None and not np.isnan(values[i]):
            found.setdefault(sample.domain, []).append(i)
    return {domain: np.array(found[domain], dtype=np.int64) for domain in sorted(found)}
