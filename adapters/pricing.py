"""What an answer costs, from its tokens: by the user's own price, or by genai-prices' bundled list.

Unknown stays None. Nothing is fetched: the list is the one that the installed package carries. It is asked by
the endpoint's address, so that a model served at home is not billed at the price of its namesake.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bakeoff.evals.records import Usage

Rate = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Pricer = Callable[[Usage], float | None]
"""US dollars of one answer, or None where tokens or prices are unknown."""

MTOK = 1_000_000


class Price(BaseModel):
    """US dollars per million tokens; cached input costs as much as other input unless said otherwise."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    input_per_mtok: Rate
    output_per_mtok: Rate
    cached_per_mtok: Rate | None = None

    def cost_usd(self, usage: Usage) -> float | None:
        """cost = (input − cached)·p_in + cached·p_cached + output·p_out (METHODS §8).

        Reasoning tokens are part of the output, cached ones of the input, as OpenAI counts them.

        >>> Price(input_per_mtok=2, output_per_mtok=8).cost_usd(Usage(input_tokens=500, output_tokens=250))
        0.003
        """
        if usage.input_tokens is None or usage.output_tokens is None:
            return None
        cached = min(usage.cached_tokens or 0, usage.input_tokens)
        cached_rate = self.input_per_mtok if self.cached_per_mtok is None else self.cached_per_mtok
        total = (usage.input_tokens - cached) * self.input_per_mtok
        total += cached * cached_rate + usage.output_tokens * self.output_per_mtok
        return total / MTOK


def pricer(model: str, base_url: str, price: Price | None = None) -> Pricer:
    """The function that prices answers of a model at an endpoint; the user's price wins over the list."""
    if price is not None:
        return price.cost_usd
    return _listed(model, base_url) or _unknown


def _unknown(_: Usage) -> None:
    return None


def _listed(model: str, base_url: str) -> Pricer | None:
    """Prices by genai-prices, or None where it does not know the model at that address."""
    import genai_prices

    def cost_usd(usage: Usage) -> float | None:
        if usage.input_tokens is None or usage.output_tokens is None:
            return None
        tokens = genai_prices.Usage(
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            cache_read_tokens=min(usage.cached_tokens or 0, usage.input_tokens),
        )
        return float(genai_prices.calc_price(tokens, model, provider_api_url=base_url).total_price)

    try:
        cost_usd(Usage(input_tokens=1, output_tokens=1))
    except LookupError:
        return None
    return cost_usd
