"""The runner: collect once, score many, resume, epochs, failures and deadlines."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from toys.plan import ToyJudge, ToySuite, ToySystem, plan, questions, store_in, text

from bakeoff.evals.comparison_builder import compare_run
from bakeoff.evals.config_model import Limits
from bakeoff.evals.errors import InputError, NotHeld, RunIncomplete, TransportFailure
from bakeoff.evals.protocols import Suite
from bakeoff.evals.records import (
    Capability,
    Document,
    DocumentState,
    Failure,
    Likelihood,
    Overrides,
    Request,
    Response,
    Sample,
    Usage,
)
from bakeoff.evals.runner import run


def echo(name: str = "echo") -> ToySystem:
    return ToySystem(name, text(lambda question: question))


def test_a_second_run_asks_nobody(tmp_path: Path) -> None:
    store, system, judge = store_in(tmp_path), echo(), ToyJudge()
    first = run(plan([system], questions(5), judge=judge), store)
    again = run(plan([system], questions(5), judge=judge), store)
    assert (first.asked, again.asked) == (5, 0)
    assert (len(system.asked), len(judge.prompts)) == (5, 5)
    assert first.run.id == again.run.id
    assert compare_run(store, first.run).metrics == compare_run(store, again.run).metrics


def test_the_header_says_which_scores_a_judge_made(tmp_path: Path) -> None:
    header = run(plan([echo()], questions(2)), store_in(tmp_path)).run.header
    judged = {entry.output.name: entry.judged for entry in header.outputs}
    assert (judged["match"], judged["length"], judged["latency_s"]) == (False, False, False)
    assert [name for name, yes in judged.items() if yes] == ["loudness"]


def test_fresh_starts_an_epoch_that_only_content_addressed_answers_cross(tmp_path: Path) -> None:
    store, live = store_in(tmp_path), echo("live")
    recorded = ToySystem("recorded", text(lambda q: q), content_addressed=True, capabilities=())
    first = run(plan([live, recorded], questions(3)), store)
    second = run(plan([live, recorded], questions(3)), store, fresh=True)
    assert second.run.id != first.run.id
    assert len(live.asked) == 6
    assert len(recorded.asked) == 3


def test_adding_a_system_a_sample_and_a_repeat_extends_the_run(tmp_path: Path) -> None:
    store, one, two = store_in(tmp_path), echo("one"), echo("two")
    run(plan([one], questions(3)), store)
    run(plan([one, two], questions(4), repeats=2), store)
    assert len(one.asked) == 8
    assert len(two.asked) == 8
    seeds = {request.seed for request in two.asked}
    assert seeds == {0, 1}


def test_a_corrected_reference_asks_nobody_and_scores_again(tmp_path: Path) -> None:
    store, system = store_in(tmp_path), echo()
    run(plan([system], questions(3)), store)
    corrected = [sample.model_copy(update={"reference": "other"}) for sample in questions(3)]
    outcome = run(plan([system], corrected), store)
    assert outcome.asked == 0
    match = next(row for row in compare_run(store, outcome.run).metrics if row.metric == "match")
    assert match.cells["echo"].mean == 0


def test_a_changed_system_is_asked_again(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    run(plan([echo()], questions(3)), store)
    changed = ToySystem("echo", text(str.upper), fingerprint="another model")
    assert run(plan([changed], questions(3)), store).asked == 3


def test_equal_requests_are_asked_once(tmp_path: Path) -> None:
    system = echo()
    twins = [Sample(id=f"t{i}", question="same", reference=f"r{i}") for i in range(600)]
    outcome = run(plan([system], twins), store_in(tmp_path))
    assert outcome.complete
    assert len(system.asked) == 1


def test_a_request_carries_nothing_of_the_reference(tmp_path: Path) -> None:
    system = echo()
    secret = Sample(id="only", question="q", reference="the answer", reference_contexts=("gold",), domain="d")
    run(plan([system], [secret]), store_in(tmp_path))
    assert "answer" not in system.asked[0].model_dump_json().replace('"answer"', "")
    assert "gold" not in system.asked[0].model_dump_json()


def test_a_hanging_system_fails_its_cells_and_holds_up_nobody(tmp_path: Path) -> None:
    class Hanging(ToySystem):
        async def answer(self, _request: Request) -> Response:
            await asyncio.sleep(60)
            raise AssertionError

    start = time.monotonic()
    limits = Limits(concurrency=4, timeout_s=0.2, retries=0)
    hanging = Hanging("hanging", text(str))
    outcome = run(plan([hanging, echo()], questions(4), limits=limits), store_in(tmp_path))
    assert time.monotonic() - start < 10
    assert outcome.complete


def test_a_system_that_takes_one_call_at_a_time_is_not_timed_out_for_queueing(tmp_path: Path) -> None:
    class OneAtATime(ToySystem):
        concurrency = 1

        async def answer(self, request: Request) -> Response:
            async with lock:
                await asyncio.sleep(0.15)
            return Response(text=request.question)

    lock = asyncio.Lock()
    store, limits = store_in(tmp_path), Limits(concurrency=8, timeout_s=0.6, retries=0)
    outcome = run(plan([OneAtATime("single", text(str))], questions(8), limits=limits), store)
    failures = next(row for row in compare_run(store, outcome.run).metrics if row.metric == "failure_rate")
    assert failures.cells["single"].mean == 0


def test_an_exception_of_the_system_is_its_failure(tmp_path: Path) -> None:
    def broken(_: str) -> str:
        raise ZeroDivisionError("by zero")

    store = store_in(tmp_path)
    outcome = run(plan([ToySystem("broken", text(broken))], questions(2)), store)
    failure = next(row for row in compare_run(store, outcome.run).metrics if row.metric == "failure_rate")
    assert failure.cells["broken"].mean == 1
    items = [item for item in store.items(outcome.run.id) if item.metric == "match"]
    assert [(item.status, item.value, item.reason) for item in items] == [
        ("system_failed", 0.0, "ZeroDivisionError: by zero")
    ] * 2


def test_a_broken_way_leaves_the_cell_open_and_the_next_run_fills_it(tmp_path: Path) -> None:
    broken = True

    def answer(request: Request) -> Response:
        if broken and request.question == "q1":
            raise TransportFailure("connection reset")
        return Response(text=request.question)

    store, system = store_in(tmp_path), ToySystem("shaky", answer)
    first = run(plan([system], questions(3)), store)
    assert not first.complete
    assert first.open_answers == {"shaky": 1}
    assert first.reasons == {"shaky": "connection reset"}
    row = next(row for row in compare_run(store, first.run).metrics if row.metric == "match")
    assert row.cells["shaky"].statuses == {"open": 1, "scored": 2}
    broken = False
    second = run(plan([system], questions(3)), store)
    assert second.complete
    assert second.asked == 1


def test_retries_follow_the_server_and_leave_no_trace_in_latency(tmp_path: Path) -> None:
    tries = iter([TransportFailure("429", retry_after_s=0.6), None])

    def answer(request: Request) -> Response:
        if error := next(tries):
            raise error
        return Response(text=request.question)

    store = store_in(tmp_path)
    start = time.monotonic()
    limits = Limits(concurrency=1, timeout_s=5, retries=1)
    outcome = run(plan([ToySystem("throttled", answer)], questions(1), limits=limits), store)
    assert outcome.complete
    assert time.monotonic() - start >= 0.6
    latency = next(row for row in compare_run(store, outcome.run).metrics if row.metric == "latency_s")
    mean = latency.cells["throttled"].mean
    assert mean is not None
    assert mean < 0.3


def test_a_dead_system_is_left_alone_after_ten_broken_calls(tmp_path: Path) -> None:
    def answer(_: Request) -> Response:
        raise TransportFailure("connection refused")

    dead = ToySystem("dead", answer)
    outcome = run(plan([dead, echo()], questions(100)), store_in(tmp_path))
    assert outcome.open_answers == {"dead": 100}
    assert 10 <= len(dead.asked) <= 13  # those in flight when the tenth broke


def test_a_wrong_key_stops_the_run_and_keeps_what_was_computed(tmp_path: Path) -> None:
    def answer(request: Request) -> Response:
        if request.question == "q3":
            raise InputError("the server refuses the key", todo="check OPENAI_API_KEY")
        return Response(text=request.question)

    store, system = store_in(tmp_path), ToySystem("locked", answer)
    limits = Limits(concurrency=1, retries=0)
    with pytest.raises(InputError, match="refuses the key"):
        run(plan([system], questions(5), limits=limits), store)
    assert system.closed == 1
    outcome = run(plan([ToySystem("locked", text(str))], questions(5), limits=limits), store)
    assert outcome.asked == 2


def test_what_a_recording_lacks_is_not_applicable(tmp_path: Path) -> None:
    def answer(request: Request) -> Response:
        if request.question == "q1":
            raise NotHeld("the recording lacks this question")
        return Response(text=request.question)

    store = store_in(tmp_path)
    outcome = run(plan([ToySystem("logged", answer, capabilities=())], questions(2)), store)
    assert outcome.complete
    lacking = [item for item in store.items(outcome.run.id) if item.sample == "s1"]
    assert {item.status for item in lacking} == {"not_applicable"}
    assert {item.reason for item in lacking} == {"the recording lacks this question"}


def test_samples_that_require_what_a_system_lacks_are_not_asked(tmp_path: Path) -> None:
    system = echo()
    samples = questions(1, requires=[Capability.ACCEPTS_CONTEXTS])
    outcome = run(plan([system], samples), store_in(tmp_path))
    assert outcome.complete
    assert not system.asked


def test_document_states_are_stages(tmp_path: Path) -> None:
    state = DocumentState(documents=(Document(id="d", text="new"),))
    system = ToySystem("indexed", text(str), capabilities=(Capability.LIVE, Capability.ACCEPTS_DOCUMENTS))
    after = Sample(
        id="after",
        question="after",
        overrides=Overrides(documents=state),
        requires=frozenset({Capability.ACCEPTS_DOCUMENTS}),
    )
    run(plan([system, echo()], [after, *questions(2)]), store_in(tmp_path))
    assert [request.question for request in system.asked][-1] == "after"
    assert system.states == [state.fingerprint]


def test_answers_from_given_documents_say_how_long_after_the_replacement_they_came(tmp_path: Path) -> None:
    class Slow(ToySystem):
        async def set_documents(self, state: DocumentState) -> None:
            await asyncio.sleep(0.5)
            await super().set_documents(state)

    capabilities = (Capability.LIVE, Capability.ACCEPTS_DOCUMENTS)
    state = DocumentState(documents=(Document(id="d", text="new"),))
    after = Sample(
        id="after",
        question="after",
        overrides=Overrides(documents=state),
        requires=frozenset({Capability.ACCEPTS_DOCUMENTS}),
    )
    systems = [Slow("slow", text(str), capabilities=capabilities), ToySystem("quick", text(str))]
    systems.append(ToySystem("swift", text(str), capabilities=capabilities))
    store = store_in(tmp_path)
    outcome = run(plan(systems, [after, *questions(1)]), store)
    held = store.responses_of(outcome.run.id, ["after", "s0"])
    times = {key: response.timing.since_update_s for key, (response, _) in held.items() if response}
    assert times["slow", "after", 0] is not None
    assert times["swift", "after", 0] is not None
    assert times["slow", "after", 0] >= 0.5 > times["swift", "after", 0]
    assert {times[name, "s0", 0] for name in ("slow", "quick", "swift")} == {None}
    assert held["quick", "after", 0][0] is None


def test_the_cost_limit_stops_asking(tmp_path: Path) -> None:
    def answer(request: Request) -> Response:
        return Response(text=request.question, usage=Usage(cost_usd=0.4))

    system = ToySystem("dear", answer)
    limits = Limits(concurrency=1, max_cost_usd=1.0, retries=0)
    outcome = run(plan([system], questions(10), limits=limits), store_in(tmp_path))
    assert len(system.asked) == 3
    assert outcome.open_answers == {"dear": 7}
    assert "1 USD" in outcome.reasons["dear"]


def test_nothing_moving_ends_the_run(tmp_path: Path) -> None:
    class Stuck(ToySuite):
        def __init__(self) -> None:
            super().__init__()

            class Never:
                name, fingerprint, needs_judge, needs_encoder = "never", "never", False, False
                outputs = self.matches.outputs

                async def score(self, _batch: object, _tools: object) -> None:
                    await asyncio.sleep(60)

            self.metrics = (Never(),)

    limits = Limits(concurrency=2, timeout_s=5, stall_s=0.5)
    start = time.monotonic()
    with pytest.raises(RunIncomplete, match=r"nothing moved for 0\.5 s"):
        run(plan([echo()], questions(2), suites=[(Stuck(), {})], limits=limits), store_in(tmp_path))
    assert time.monotonic() - start < 10


def test_suites_share_samples_and_refuse_two_of_one_id(tmp_path: Path) -> None:
    same: list[tuple[Suite, dict[str, object]]] = [(ToySuite("one"), {}), (ToySuite("two"), {})]
    system = echo()
    assert run(plan([system], questions(3), suites=same), store_in(tmp_path)).complete
    assert len(system.asked) == 3

    def louder(sample: Sample) -> list[Sample]:
        return [sample.model_copy(update={"question": sample.question.upper()})]

    clash: list[tuple[Suite, dict[str, object]]] = [(ToySuite("one"), {}), (ToySuite("two", louder), {})]
    with pytest.raises(InputError, match="'one' and 'two' both bring a sample 's0'"):
        run(plan([echo()], questions(3), suites=clash), store_in(tmp_path))


def test_secrets_never_reach_the_store(tmp_path: Path) -> None:
    def answer(request: Request) -> Response:
        if request.question == "q0":
            return Response(error=Failure(kind="error", message='401 for key sk-"very"-secret'))
        return Response(text='you sent sk-"very"-secret')

    store = store_in(tmp_path)
    run(plan([ToySystem("leaky", answer)], questions(2), secrets=frozenset({'sk-"very"-secret'})), store)
    store.close()
    for file in tmp_path.iterdir():
        assert b"very" not in file.read_bytes()


def test_a_secret_within_a_secret_uncovers_nothing(tmp_path: Path) -> None:
    secrets = frozenset(f"sk-{'x' * n}-tail{n}" for n in range(1, 9)) | {"sk-", "tail"}
    store = store_in(tmp_path)
    leaky = ToySystem("leaky", text(lambda _: " ".join(sorted(secrets))))
    run(plan([leaky], questions(1), secrets=secrets), store)
    response, _ = store.responses_of("toy-run-1", ["s0"])["leaky", "s0", 0]
    assert response is not None
    assert response.text == " ".join(["***"] * len(secrets))


def test_the_data_fingerprint_follows_every_sample_and_no_order(tmp_path: Path) -> None:
    def fingerprint(samples: list[Sample], name: str) -> str:
        found = run(plan([echo()], samples), store_in(tmp_path / name)).run.header.data_fingerprint
        assert len(found) == 32
        return found

    known = questions(3)
    first = fingerprint(known, "first")
    assert fingerprint(known[::-1], "reversed") == first
    others = [known[:2], questions(3, domain="d"), questions(3, tags=["t"]), questions(3, reference="r")]
    assert len({first, *(fingerprint(samples, str(i)) for i, samples in enumerate(others))}) == 5


def test_findings_are_stored(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    outcome = run(plan([echo()], questions(2)), store)
    assert [f.sentence for f in store.findings(outcome.run.id)] == ["the table has 10 columns"]


def test_batches_hold_all_systems_answers_to_at_most_256_samples(tmp_path: Path) -> None:
    suite = ToySuite()
    run(
        plan([echo("a"), ToySystem("b", text(str.upper))], questions(300), suites=[(suite, {})]),
        store_in(tmp_path),
    )
    assert sorted(suite.matches.batches) == [88, 512]


class Likely(ToySystem):
    """Finds a text the more probable the shorter it is."""

    async def log_likelihoods(self, request: Request, continuations: Sequence[str]) -> list[Likelihood]:
        self.asked.append(request)
        return [Likelihood(-float(len(text)), len(text), greedy=False) for text in continuations]


def options_sample(**fields: object) -> Sample:
    wanted = {"continuations": ("blue sky", "red", "greenish")}
    return Sample.model_validate({"id": "o", "question": "colour?", "overrides": wanted, **fields})


def test_continuations_are_asked_for_their_likelihood_and_the_likeliest_is_the_text(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    system = Likely("m", text(str.upper), capabilities=(Capability.LIVE, Capability.LOGPROBS))
    outcome = run(plan([system], [options_sample(), *questions(1)]), store)
    held = store.responses_of(outcome.run.id, ["o"])["m", "o", 0][0]
    assert held is not None
    assert held.text == "red"
    assert [one.log_probability for one in held.likelihoods] == [-8.0, -3.0, -8.0]
    assert len(system.asked) == 2
    assert run(plan([system], [options_sample(), *questions(1)]), store).asked == 0


def test_a_system_that_claims_logprobs_and_has_none_fails_in_words(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    outcome = run(plan([echo()], [options_sample()]), store)
    held = store.responses_of(outcome.run.id, ["o"])["echo", "o", 0][0]
    assert held is not None
    assert held.error is not None
    assert "log_likelihoods" in held.error.message


def test_likelihoods_are_part_of_what_is_judged() -> None:
    one = Response(text="a", likelihoods=(Likelihood(-1.0, 1, True),))
    two = Response(text="a", likelihoods=(Likelihood(-2.0, 1, True),))
    assert one.content_fingerprint != two.content_fingerprint
