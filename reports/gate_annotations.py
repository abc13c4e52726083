"""The gate as GitHub's workflow commands: one annotation for every check that does not pass."""

from __future__ import annotations

from collections.abc import Iterator

from bakeoff.evals.gate.result import CheckResult, GateResult, State
from bakeoff.reports.gate_wording import needed, verdict_line


def commands(result: GateResult) -> Iterator[str]:
    """`::error …` for what fails, `::warning …` for what cannot be told, `::notice …` for a pass."""
    for check in result.checks:
        if check.state is not State.PASS:
            level = "error" if _is_error(result, check) else "warning"
            text = ". ".join(part for part in (check.reason, needed(check)) if part)
            yield _command(level, f"bakeoff gate: {check.asks}", text)
    if result.exit_code == 0:
        yield _command("notice", "bakeoff gate", verdict_line(result))
    elif not any(check.state is not State.PASS for check in result.checks):
        yield _command("error", "bakeoff gate", verdict_line(result))


def _is_error(result: GateResult, check: CheckResult) -> bool:
    return check.state is State.FAIL or result.policy == "fail"


def _command(level: str, title: str, message: str) -> str:
    return f"::{level} title={_property(title)}::{_data(message)}"


def _data(text: str) -> str:
    """What a message may hold: a line break would end the command, and start another."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
