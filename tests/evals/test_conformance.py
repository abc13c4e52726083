"""The conformance kit: sound plug-ins pass, and each way of breaking a protocol is found."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest

from bakeoff.evals.conformance import ConformanceError, check_suite, check_system
from bakeoff.evals.errors import NotHeld, TransportFailure
from bakeoff.evals.findings import Finding
from bakeoff.evals.protocols import Materials, Metric, System, Tools
from bakeoff.evals.records import (
    Answered,
    Capability,
    Citation,
    Context,
    DocumentState,
    Failure,
    Kind,
    Output,
    Request,
    Response,
    Sample,
    Score,
    Status,
    Timing,
    Usage,
)
from bakeoff.evals.table import ScoreTable

ALL = frozenset(
    {
        Capability.LIVE,
        Capability.RETRIEVES,
        Capability.CITES,
        Capability.ACCEPTS_CONTEXTS,
        Capability.ACCEPTS_DOCUMENTS,
        Capability.ACCEPTS_RENDERING,
    }
)
OWN = (Context(text="found"),)


class Sound:
    """A system that keeps all promises; the tests below break one each."""

    name = "sound"
    kind = Kind.RAG
    parent: str | None = None
    capabilities = ALL
    fingerprint = "f"
    content_addressed = False

    async def answer(self, request: Request) -> Response:
        await asyncio.sleep(0.001)
        return Response(
            text=f"to {request.question}",
            contexts=OWN if request.contexts is None else request.contexts,
            citations=(Citation(source="found", start=0, end=2),),
            usage=Usage(input_tokens=1),
            timing=Timing(total_s=0.001),
        )

    async def set_documents(self, state: DocumentState) -> None:
        del state

    async def aclose(self) -> None:
        """Nothing to close."""


class Altered(Sound):
    """Changes each answer by the given fields."""

    fields: dict[str, Any] = {}  # noqa: RUF012 - set once by the tests

    async def answer(self, request: Request) -> Response:
        response = await super().answer(request)
        return response.model_copy(update=self.fields)


def altered(**fields: Any) -> System:
    system = Altered()
    system.fields = fields
    return system


def attributed(**attributes: Any) -> System:
    system = Sound()
    for name, value in attributes.items():
        setattr(system, name, value)
    return system


def problems(make: Callable[[], System], **options: Any) -> str:
    with pytest.raises(ConformanceError) as caught:
        check_system(make, **options)
    assert caught.value.problems
    return str(caught.value)


def test_a_sound_system_passes() -> None:
    check_system(Sound, different=[lambda: attributed(fingerprint="g")], secrets=["hunter2"])


@pytest.mark.parametrize(
    ("attributes", "said"),
    [
        ({"name": ""}, "name is empty"),
        ({"kind": "rag"}, "kind is 'rag', not Kind"),
        ({"parent": 3}, "parent is 3, not str or None"),
        ({"capabilities": {Capability.LIVE}}, "not frozenset"),
        ({"capabilities": frozenset({"live"})}, "something else than Capability"),
        ({"fingerprint": ""}, "fingerprint is empty"),
        ({"fingerprint": None}, "fingerprint is None"),
        ({"content_addressed": 0}, "content_addressed is 0"),
        ({"answer": lambda _: None}, "answer is no async method"),
        ({"aclose": None}, "aclose is no async method"),
        ({"prepare": lambda: None}, "prepare is no async method"),
    ],
)
def test_attributes(attributes: dict[str, Any], said: str) -> None:
    assert said in problems(lambda: attributed(**attributes))


def test_missing_attributes() -> None:
    class Empty:
        """Has nothing."""

    text = problems(Empty)  # type: ignore[arg-type]  # that is what is tested
    for name in ("name", "kind", "parent", "capabilities", "fingerprint", "content_addressed"):
        assert f"it has no attribute '{name}'" in text


def test_fingerprints_that_vary_or_do_not() -> None:
    numbers = iter(range(99))
    assert "different fingerprints" in problems(lambda: attributed(fingerprint=str(next(numbers))))
    assert "number 2 of the different" in problems(
        Sound, different=[lambda: attributed(fingerprint="g"), Sound]
    )


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"contexts": None}, "claims 'retrieves', but a response has contexts None"),
        ({"timing": Timing()}, "no timing.total_s"),
        ({"usage": Usage(output_tokens=-1)}, "negative output_tokens"),
        ({"citations": (Citation(source="s", start=0, end=10_000),)}, "ends beyond its answer"),
        ({"text": "the key is hunter2"}, "a secret shows in a response"),
        ({"text": None, "error": Failure(kind="error", message="broke")}, "failed with error: broke"),
        ({"contexts": OWN}, "closed-book: the response has contexts that were not given"),
        ({"contexts": OWN}, "contexts given: the response has contexts that were not given"),
    ],
)
def test_answers(fields: dict[str, Any], said: str) -> None:
    assert said in problems(lambda: altered(**fields), secrets=["hunter2"])


@pytest.mark.parametrize(
    ("capability", "said"),
    [(Capability.RETRIEVES, "does not claim 'retrieves'"), (Capability.CITES, "does not claim 'cites'")],
)
def test_claims_not_made(capability: Capability, said: str) -> None:
    assert said in problems(lambda: attributed(capabilities=ALL - {capability}))


def test_a_secret_in_the_fingerprint_is_found_and_not_repeated() -> None:
    text = problems(lambda: attributed(fingerprint="key=hunter2"), secrets=["hunter2"])
    assert "a secret shows in its fingerprint" in text
    assert "hunter2" not in text


@pytest.mark.parametrize(
    ("raised", "said"),
    [
        (ValueError("v"), "answer() raised ValueError: v"),
        (NotHeld("no such question"), "give `requests`"),
        (TransportFailure("cut"), "TransportFailure (cut)"),
    ],
)
def test_answers_that_raise(raised: Exception, said: str) -> None:
    class Raising(Sound):
        async def answer(self, request: Request) -> Response:
            raise raised

    assert said in problems(Raising)


def test_an_answer_of_another_type() -> None:
    class Texting(Sound):
        async def answer(self, request: Request) -> Response:
            return request.question  # type: ignore[return-value]  # that is what is tested

    assert "returned str, not a Response" in problems(Texting)


def test_a_hang_is_bounded() -> None:
    class Hanging(Sound):
        async def answer(self, request: Request) -> Response:
            await asyncio.sleep(3600)
            raise AssertionError

    assert "no answer within 0.05 s" in problems(Hanging, timeout_s=0.05)


def test_a_recording_that_varies() -> None:
    class Varying(Sound):
        capabilities = frozenset({Capability.RETRIEVES, Capability.CITES})
        asked = 0

        async def answer(self, request: Request) -> Response:
            Varying.asked += 1
            response = await super().answer(request)
            return response.model_copy(update={"text": f"{response.text} {Varying.asked}"})

    assert "answers the same request differently" in problems(Varying)


def test_answers_that_mix_under_concurrency() -> None:
    class Mixing(Sound):
        """Keeps the question in the object while it works."""

        async def answer(self, request: Request) -> Response:
            self.question = request.question
            await asyncio.sleep(0.001)
            return await super().answer(request.model_copy(update={"question": self.question}))

    assert "asked at once: a request got the answer of another" in problems(Mixing)


def test_a_stale_answer_after_a_cancellation() -> None:
    class Stale(Sound):
        """A pipe: answers come in the order of the questions, whoever still waits."""

        def __init__(self) -> None:
            self.pipe: list[str] = []
            self.one_at_a_time = asyncio.Lock()

        async def answer(self, request: Request) -> Response:
            async with self.one_at_a_time:
                self.pipe.append(request.question)
                await asyncio.sleep(0.001)
                question = self.pipe.pop(0)
                return await super().answer(request.model_copy(update={"question": question}))

    assert "asked after a cancellation: a request got the answer of another" in problems(Stale)


def test_answers_that_merely_vary_are_no_mix() -> None:
    class Sampling(Sound):
        asked = 0

        async def answer(self, request: Request) -> Response:
            self.asked += 1
            response = await super().answer(request)
            return response.model_copy(update={"text": f"{response.text}, draw {self.asked}"})

    check_system(Sampling)


def test_closing_must_work_twice_and_unused() -> None:
    class Once(Sound):
        closed = False

        async def aclose(self) -> None:
            if self.closed:
                raise RuntimeError("already closed")
            self.closed = True

    text = problems(Once)
    assert "aclose() a second time unused raised RuntimeError" in text
    assert "aclose() a second time after use raised RuntimeError" in text


def test_documents_and_renderings_that_are_not_taken() -> None:
    class Refusing(Sound):
        async def set_documents(self, state: DocumentState) -> None:
            raise NotImplementedError("later")

        async def answer(self, request: Request) -> Response:
            if request.rendering.mode == "none":
                raise KeyError("template")
            return await super().answer(request)

    text = problems(Refusing)
    assert "set_documents() raised NotImplementedError: later" in text
    assert "asked with rendering 'none': answer() raised KeyError" in text


def test_two_requests_at_least() -> None:
    with pytest.raises(ValueError, match="at least two"):
        check_system(Sound, requests=[Request(question="q")])


LENGTH = Output(name="length", low=0.0, high=None, on_failure="leave_out", margin=1.0)


class Length:
    """A sound metric: the answer's length."""

    name = "length"
    outputs: Sequence[Output] = (LENGTH,)
    fingerprint = "m"
    needs_judge = False
    needs_encoder = False

    def inapplicable(self, answered: Answered) -> Score | None:
        del answered
        return None

    async def score(self, batch: Sequence[Answered], tools: Tools) -> list[dict[str, Score] | None]:
        del tools
        lengths = [float(len(answered.response.text or "")) for answered in batch]
        return [{"length": Score(status=Status.SCORED, value=length)} for length in lengths]


def finding(**fields: Any) -> Finding:
    base = {"name": "gain", "system": "conformance-child", "against": "conformance-base", "family": "f"}
    numbers = {"effect": 0.1, "low": 0.0, "high": 0.2, "p": 0.5, "n": 3, "sentence": "It gains."}
    return Finding.model_validate({**base, **numbers, **fields})


class SoundSuite:
    """A sound suite: the given samples, and a finding where there are scores."""

    name = "sound"

    def __init__(self) -> None:
        self.metrics: Sequence[Metric] = [Length()]
        self.found = [finding()]

    def samples(self, materials: Materials) -> Iterable[Sample]:
        for sample in materials.samples:
            yield sample
            yield sample.model_copy(
                update={"id": f"{sample.id}/loud", "origin": sample.id, "variant": "loud"}
            )

    def findings(self, table: ScoreTable) -> list[Finding]:
        column = table.column("sound.length")
        return self.found if column.count(0, Status.SCORED) else []


SAMPLES = [Sample(id=f"s{n}", question=f"q{n}", cluster=f"c{n % 2}") for n in range(4)]
ANSWERS = [
    Answered(system="a", retrieves=False, sample=sample, response=Response(text="x" * (3 + n)))
    for n, sample in enumerate(SAMPLES)
]
TOOLS = Tools(judge=None, encoder=None)  # type: ignore[arg-type]  # the metric asks for neither


def suite_problems(change: Callable[[Any], None], **options: Any) -> str:
    suite = SoundSuite()
    change(suite)
    with pytest.raises(ConformanceError) as caught:
        check_suite(suite, Materials(samples=iter(SAMPLES)), **options)
    return str(caught.value)


def test_a_sound_suite_passes() -> None:
    check_suite(SoundSuite(), Materials(samples=iter(SAMPLES)), make=SoundSuite, answers=ANSWERS, tools=TOOLS)


def set_to(name: str, value: Any) -> Callable[[Any], None]:
    return lambda suite: setattr(suite, name, value)


def with_output(**fields: Any) -> Callable[[Any], None]:
    return lambda suite: setattr(suite.metrics[0], "outputs", [LENGTH.model_copy(update=fields)])


def with_metric(**fields: Any) -> Callable[[Any], None]:
    def change(suite: Any) -> None:
        for name, value in fields.items():
            setattr(suite.metrics[0], name, value)

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (set_to("name", ""), "its name is empty"),
        (set_to("metrics", None), "metrics is None"),
        (set_to("samples", None), "lacks a method"),
        (with_metric(fingerprint=3), "metric 'length': fingerprint is 3"),
        (with_metric(needs_judge=None), "metric 'length': needs_judge is None"),
        (with_metric(score=len), "score is no async method"),
        (with_metric(outputs=[]), "has no outputs"),
        (set_to("metrics", [Length(), Length()]), "output 'length' is there twice"),
        (with_output(low=2.0, high=1.0), "low is not below high"),
        (with_output(margin=0.0), "a margin is above 0"),
        (with_output(low=None, on_failure="worst"), "its range is open there"),
        (set_to("samples", lambda _: [SAMPLES[0], SAMPLES[0]]), "sample id 's0' is there twice"),
        (set_to("samples", lambda _: ["q"]), "something else than Sample"),
        (
            set_to("samples", lambda _: [SAMPLES[0].model_copy(update={"variant": "v"})]),
            "only one of origin and variant",
        ),
        (
            set_to("samples", lambda _: [SAMPLES[0].model_copy(update={"variant": "v", "origin": "gone"})]),
            "no sample 'gone'",
        ),
        (set_to("found", ["text"]), "str is no Finding"),
        (set_to("found", [finding(system="me")]), "a system that is not in the table"),
        (set_to("found", [finding(sentence=" ")]), "has no sentence"),
        (set_to("found", [finding(p=1.5)]), "has p = 1.5"),
        (set_to("found", [finding(effect=float("nan"))]), "not finite"),
        (set_to("found", [finding(effect=0.5)]), "the effect lies outside its interval"),
        (set_to("findings", lambda _: [finding()]), "only missing scores: 'gain' has an effect nonetheless"),
        (set_to("findings", lambda _: 1 / 0), "raised ZeroDivisionError"),
    ],
)
def test_suites(change: Callable[[Any], None], said: str) -> None:
    assert said in suite_problems(change)


def test_samples_that_change_from_pass_to_pass() -> None:
    numbers = iter(range(9))
    change = set_to("samples", lambda _: [Sample(id=str(next(numbers)), question="q")])
    assert "other samples on the second pass" in suite_problems(change)


def test_fingerprints_of_two_builds() -> None:
    def other() -> Any:
        suite = SoundSuite()
        with_metric(fingerprint="n")(suite)
        return suite

    assert "different metric fingerprints" in suite_problems(lambda _: None, make=other)


def scoring(score: Callable[[Sequence[Answered]], list[Any]]) -> Callable[[Any], None]:
    async def scored(batch: Sequence[Answered], tools: Tools) -> list[Any]:
        del tools
        return score(batch)

    return with_metric(score=scored)


def one(value: float, name: str = "length") -> dict[str, Score]:
    return {name: Score(status=Status.SCORED, value=value)}


@pytest.mark.parametrize(
    ("score", "said"),
    [
        (lambda _: [one(1.0)], "1 results for 4 answers"),
        (lambda batch: [one(1.0, "size") for _ in batch], "scores are ['size'], its outputs ['length']"),
        (lambda batch: [one(-1.0) for _ in batch], "length = -1.0, which is out of its range"),
        (lambda batch: [one(float(len(batch))) for _ in batch], "scores differently in company than alone"),
        (lambda batch: [None if len(batch) > 1 else one(1.0) for _ in batch], "differently in company"),
        (lambda batch: [one(1.0) for _ in batch] or [one(1.0)], "an empty batch"),
    ],
)
def test_metrics(score: Callable[[Sequence[Answered]], list[Any]], said: str) -> None:
    assert said in suite_problems(scoring(score), answers=ANSWERS, tools=TOOLS)


def test_all_problems_are_told_at_once() -> None:
    def change(suite: Any) -> None:
        with_output(margin=-1.0)(suite)
        suite.found = [finding(p=2.0), finding(sentence="")]

    error = suite_problems(change)
    assert error.count("\n- ") == 3


@pytest.mark.parametrize(
    ("traits", "told"),
    [
        (["a"], "not a mapping"),
        ({"model": {1, 2}}, "not JSON"),
        ({"decoding": {"header": "sk-hidden-1234"}}, "a secret shows in its traits"),
    ],
)
def test_traits_are_json_without_secrets(traits: Any, told: str) -> None:
    class Telling(Sound):
        def __init__(self) -> None:
            self.traits = traits

    with pytest.raises(ConformanceError, match=told):
        check_system(Telling, secrets=["sk-hidden-1234"])


def test_sound_traits_pass() -> None:
    class Telling(Sound):
        def __init__(self) -> None:
            self.traits = {"model": "m", "decoding": {"temperature": 0}, "system_prompt": None}

    check_system(Telling, secrets=["sk-hidden-1234"])
