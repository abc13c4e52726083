"""Costs: by hand-worked prices, and by the bundled list."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bakeoff.adapters.pricing import Price, pricer
from bakeoff.evals.records import Usage

OPENAI = "https://api.openai.com/v1"
MILLION = Usage(input_tokens=1_000_000, output_tokens=1_000_000)


def test_the_users_price_is_worked_out_by_hand() -> None:
    price = Price(input_per_mtok=3, output_per_mtok=15, cached_per_mtok=0.3)
    usage = Usage(input_tokens=10_000, output_tokens=2_000, cached_tokens=4_000, reasoning_tokens=1_500)
    # 6,000 · $3 + 4,000 · $0.30 + 2,000 · $15, per million; reasoning is part of the output
    assert price.cost_usd(usage) == pytest.approx(0.018 + 0.0012 + 0.03)


def test_cached_input_costs_as_other_input_unless_said() -> None:
    price = Price(input_per_mtok=3, output_per_mtok=15)
    assert price.cost_usd(Usage(input_tokens=1_000_000, output_tokens=0, cached_tokens=999)) == pytest.approx(
        3
    )


@pytest.mark.parametrize("usage", [Usage(), Usage(input_tokens=1), Usage(output_tokens=1)])
def test_unknown_tokens_have_no_cost(usage: Usage) -> None:
    assert Price(input_per_mtok=1, output_per_mtok=1).cost_usd(usage) is None
    assert pricer("gpt-4o-mini", OPENAI)(usage) is None


def test_a_listed_model_is_priced_by_the_list() -> None:
    # $0.15 and $0.60 per million tokens; half price for cached input
    cost = pricer("gpt-4o-mini", OPENAI)
    assert cost(MILLION) == pytest.approx(0.75)
    assert cost(MILLION.model_copy(update={"cached_tokens": 500_000})) == pytest.approx(0.7125)
    assert cost(Usage(input_tokens=0, output_tokens=0)) == 0


def test_a_fine_tune_has_its_own_price() -> None:
    assert pricer("ft:gpt-4o-mini-2024-07-18:acme::abc", OPENAI)(MILLION) == pytest.approx(1.5)


def test_the_users_price_wins_over_the_list() -> None:
    price = Price(input_per_mtok=1, output_per_mtok=1)
    assert pricer("gpt-4o-mini", OPENAI, price)(MILLION) == pytest.approx(2)


@pytest.mark.parametrize(
    ("model", "base_url"),
    [
        ("gpt-4o-mini", "http://127.0.0.1:8000/v1"),  # a namesake served at home
        ("my-lora", "http://10.0.0.5:8000/v1"),
        ("no-such-model", OPENAI),
    ],
)
def test_what_the_list_does_not_know_has_no_invented_cost(model: str, base_url: str) -> None:
    assert pricer(model, base_url)(MILLION) is None


def test_pricing_opens_no_socket() -> None:
    program = (
        "import socket, sys\n"
        "def watch(event, _):\n"
        "    if event in ('socket.connect', 'socket.getaddrinfo'): raise SystemExit('a socket was opened')\n"
        "sys.addaudithook(watch)\n"
        "from bakeoff.adapters.pricing import pricer\n"
        "from bakeoff.evals.records import Usage\n"
        f"print(pricer('gpt-4o-mini', {OPENAI!r})(Usage(input_tokens=1000, output_tokens=0)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert float(done.stdout) == pytest.approx(0.00015), done.stderr
