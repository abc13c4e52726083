"""Gate results of every kind, with the texts that a stranger would choose, for the reports' properties."""

from __future__ import annotations

from hypothesis import strategies as st
from toys.gate_results import golden

from bakeoff.evals.gate.result import CheckResult, GateResult, Policy, State, conclude

POLICIES: tuple[Policy, ...] = ("inconclusive", "pass", "fail")

HOSTILE = (
    "plain",
    "a | b",
    "<img src=x onerror=alert(1)>",
    "</details></summary>",
    "]]> & < > \" '",
    "\x00\x07\x1b[31m",
    "\ud800 alone",
    "\ufffe\uffff",
    "line\nbreak\r\nand\ttab",
    "\u2028\u202eevil",
    "@everyone @octo-org/team",
    "![x](http://evil/x.png) [y](javascript:alert(1))",
    "`code` **bold** ~~gone~~ #1 GH-7",
    "http://evil.example www.evil.example a@evil.example",
    "::error::no %0A",
    "---",
    "1. one",
    "- two",
    "    four spaces",
    "&lt;b&gt; &#64;you &amp;",
    "\\",
    "\\|",
    "$x^2$",
    "<!-- -->",
    "x" * 400,
)
"""Texts that break XML, tables or lines, or that a page would act on."""

TEXTS = st.sampled_from(HOSTILE) | st.text(
    st.characters(codec=None, exclude_categories=()), min_size=1, max_size=40
)
NUMBERS = st.none() | st.floats(allow_nan=True, allow_infinity=True)

CHECKS = st.builds(
    CheckResult,
    asks=TEXTS,
    kind=st.sampled_from(
        ["bound", "superiority", "non-inferiority", "quantile", "severity", "finding", "manual"]
    ),
    state=st.sampled_from(list(State)),
    reason=TEXTS,
    against=st.none() | TEXTS,
    estimate=NUMBERS,
    low=NUMBERS,
    high=NUMBERS,
    limit=NUMBERS,
    bound=NUMBERS,
    bound_side=st.sampled_from([None, "lower", "upper"]),
    level=st.none() | st.just(0.05),
    n=st.integers(0, 10**9),
    coverage=st.none() | st.floats(0, 1),
    needed_n=st.none() | st.integers(1, 10**9),
    method=st.sampled_from(["", "Wilson", "t"]),
    note=st.just("") | TEXTS,
    items=st.lists(TEXTS, max_size=3).map(tuple),
)


@st.composite
def gate_results(draw: st.DrawFn) -> GateResult:
    """A result whose verdict is the one that its checks make."""
    checks = draw(st.lists(CHECKS, min_size=1, max_size=6))
    complete, policy = draw(st.booleans()), draw(st.sampled_from(POLICIES))
    verdict, code = conclude([c.state for c in checks], incomplete=not complete, policy=policy)
    return golden(
        *checks,
        run=draw(TEXTS),
        candidate=draw(TEXTS),
        baseline=draw(st.none() | TEXTS),
        policy=policy,
        complete=complete,
        open_cells=0 if complete else draw(st.integers(0, 99)),
        verdict=verdict,
        exit_code=code,
        notes=tuple(draw(st.lists(TEXTS, max_size=2))),
    )
