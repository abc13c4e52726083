"""What is measured of every answer without a metric: failures, abstentions, latency, tokens, cost.

These rows are always in the table, so that no system gains by failing or by refusing.
"""

from __future__ import annotations

from bakeoff.evals.records import Output, Response, Sample, Score, Status

SUITE = "operations"

OUTPUTS: tuple[Output, ...] = (
    Output(
        name="failure_rate",
        direction="lower",
        margin=0.01,
        note="share of answers that were the system's own error or a time-out",
    ),
    Output(
        name="over_refusal",
        direction="lower",
        margin=0.02,
        on_failure="leave_out",
        note="share of answerable samples on which the system abstained",
    ),
    Output(
        name="rejection",
        direction="higher",
        margin=0.02,
        on_failure="leave_out",
        note="share of unanswerable samples on which the system abstained",
    ),
    Output(
        name="latency_s", direction="lower", high=None, on_failure="leave_out", note="end to end, seconds"
    ),
    Output(
        name="first_token_s",
        direction="lower",
        high=None,
        on_failure="leave_out",
        note="until the first non-empty token, seconds",
    ),
    Output(
        name="output_tokens", direction="lower", high=None, on_failure="leave_out", note="as the system says"
    ),
    Output(
        name="cost_usd", direction="lower", high=None, on_failure="leave_out", note="per answer, US dollars"
    ),
)


def measure(sample: Sample, response: Response, *, abstained: bool, live: bool) -> dict[str, Score]:
    """The operational scores of one answer; a failed one has only its failure.

    `live` is False for recordings, whose stored latency is reported where the recording holds it.
    """
    failed = response.error is not None
    given = sample.overrides.contexts is not None
    scores = {"failure_rate": Score(status=Status.SCORED, value=float(failed))}
    for name, asked in (("over_refusal", sample.answerable), ("rejection", not sample.answerable)):
        if not asked or given:
            # whether to decline depends on the passages that a probe gave: that probe judges it
            scores[name] = Score(status=Status.NOT_APPLICABLE)
        elif failed:
            scores[name] = Score(status=Status.SYSTEM_FAILED)
        else:
            scores[name] = Score(status=Status.SCORED, value=float(abstained))
    measured = {
        "latency_s": response.timing.total_s,
        "first_token_s": response.timing.first_token_s,
        "output_tokens": response.usage.output_tokens,
        "cost_usd": response.usage.cost_usd,
    }
    for name, value in measured.items():
        if failed:
            scores[name] = Score(status=Status.SYSTEM_FAILED)
        elif value is None:
            reason = "not measured" if live else "not recorded"
            scores[name] = Score(status=Status.NOT_APPLICABLE, reason=reason)
        else:
            scores[name] = Score(status=Status.SCORED, value=float(value))
    return scores
