"""A system prepares itself before its first question that the store cannot answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from toys.plan import ToySystem, plan, questions, store_in, text

from bakeoff.evals import preparation
from bakeoff.evals.config_model import Limits
from bakeoff.evals.errors import InputError, TransportFailure
from bakeoff.evals.records import Capability, Document, DocumentState, Overrides, Request, Response
from bakeoff.evals.runner import run


class Slow(ToySystem):
    """Needs `wait_s` to prepare, and may raise in the end; notes what happened in which order."""

    def __init__(self, wait_s: float = 0.0, error: Exception | None = None) -> None:
        super().__init__(
            "slow", text(str.upper), capabilities=(Capability.LIVE, Capability.ACCEPTS_DOCUMENTS)
        )
        self.wait_s, self.error = wait_s, error
        self.happened: list[str] = []

    async def prepare(self) -> None:
        await asyncio.sleep(self.wait_s)
        self.happened.append("prepared")
        if self.error is not None:
            raise self.error

    async def answer(self, request: Request) -> Response:
        self.happened.append("asked")
        return await super().answer(request)

    async def set_documents(self, state: DocumentState) -> None:
        self.happened.append("documents")
        await super().set_documents(state)


def test_once_before_the_first_question_and_outside_of_its_deadline(tmp_path: Path) -> None:
    system = Slow(wait_s=0.3)
    outcome = run(plan([system], questions(3), limits=Limits(timeout_s=0.1)), store_in(tmp_path))
    assert outcome.complete
    assert system.happened == ["prepared", "asked", "asked", "asked"]


def test_not_where_everything_is_stored(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    run(plan([Slow()], questions(3)), store)
    again = Slow()
    run(plan([again], questions(3)), store)
    assert again.happened == []
    run(plan([again], questions(4)), store)
    assert again.happened == ["prepared", "asked"]


def test_again_after_the_documents_changed(tmp_path: Path) -> None:
    state = DocumentState(documents=(Document(id="d", text="new"),))
    own, other = questions(2)
    samples = [own, other.model_copy(update={"overrides": Overrides(documents=state)})]
    system = Slow()
    run(plan([system], samples), store_in(tmp_path))
    assert system.happened == ["prepared", "asked", "documents", "prepared", "asked"]


def test_a_long_preparation_is_no_standstill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparation, "SIGN_OF_LIFE_S", 0.1)
    limits = Limits(stall_s=0.5)
    assert run(plan([Slow(wait_s=1.2)], questions(1), limits=limits), store_in(tmp_path)).complete


@pytest.mark.parametrize(
    ("error", "passes"), [(TransportFailure("away"), False), (InputError("no such model"), True)]
)
def test_what_it_raises(tmp_path: Path, error: Exception, passes: bool) -> None:
    def execute() -> bool:
        return run(plan([Slow(error=error)], questions(2)), store_in(tmp_path)).complete

    check: Callable[[], object] = execute
    if passes:
        with pytest.raises(InputError, match="no such model"):
            check()
    else:
        assert check() is True
