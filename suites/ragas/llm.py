"""A bakeoff judge in the shape in which ragas' metrics ask a model, with a record of what was said."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticSerializationError

from bakeoff.evals.errors import JudgeFailure
from bakeoff.evals.protocols import Judge, Task

if TYPE_CHECKING:
    from ragas.llms.base import InstructorBaseRagasLLM

M = TypeVar("M", bound=BaseModel)

Tasks = Mapping[type[BaseModel], tuple[Task, type[BaseModel]]]
"""Which task wants an output model, and the model of that task's inputs."""

INPUT_MARK = "\n\nNow perform the same with the following input\ninput: "
OUTPUT_MARK = "\nOutput: "


@dataclass(frozen=True)
class Exchange:
    """One question to the judge and its verdict, as ragas' own prompt models."""

    task: Task
    inputs: BaseModel
    output: BaseModel


@dataclass
class Transcript:
    """All that one score asks of the judge, in order.

    The k-th identical prompt is draw k, or draw 0 again where the judge is deterministic; a draw is asked
    once. `again` gives an empty transcript that shares the draws: a second pass over the same prompts
    asks nobody.
    """

    judge: Judge
    tasks: Tasks
    exchanges: list[Exchange] = field(default_factory=list)
    _draws: dict[str, int] = field(default_factory=dict)
    _answers: dict[tuple[str, int], BaseModel] = field(default_factory=dict)

    def again(self) -> Transcript:
        return Transcript(self.judge, self.tasks, _answers=self._answers)

    async def ask(self, prompt: str, schema: type[M]) -> M:
        """The judge's verdict on a rendered ragas prompt.

        Raises JudgeFailure where none came, or one that ragas would count wrongly, and TransportFailure
        where the way to the judge broke.
        """
        task, input_model = self.tasks[schema]
        inputs = recover_inputs(prompt, input_model)
        output = self._answers.get((prompt, draw := self._next_draw(prompt)))
        if output is None:
            output = await self.judge.decide(task, inputs, prompt, schema, draw=draw)
            refuse_unreadable(output)
            self._answers[prompt, draw] = output
        self.exchanges.append(Exchange(task, inputs, output))
        refuse_unusable(task, inputs, output)
        return schema.model_validate(output)

    def _next_draw(self, prompt: str) -> int:
        if self.judge.deterministic:
            return 0
        draw = self._draws.get(prompt, 0)
        self._draws[prompt] = draw + 1
        return draw


def recover_inputs(prompt: str, input_model: type[M]) -> M:
    """The inputs that a ragas prompt was rendered from.

    They are the JSON at its end. JSON writes a line break inside a text as an escape, so the last mark is
    ragas' own even where a text contains the same words. ValueError where the prompt has another form.
    """
    _, mark, tail = prompt.rpartition(INPUT_MARK)
    text = tail.removesuffix(OUTPUT_MARK)
    if not mark or text == tail:
        raise ValueError("the installed ragas renders its prompts in a form that this suite does not know")
    try:
        return input_model.model_validate_json(text)
    except ValidationError as error:
        raise ValueError(f"ragas' prompt does not hold a {input_model.__name__}: {error}") from error


def refuse_unusable(task: Task, inputs: BaseModel, output: BaseModel) -> None:
    """Raise JudgeFailure for a reply that fits the schema and that ragas would count wrongly.

    ragas divides by the verdicts returned, so a dropped one would raise or lower the score unseen, and it
    takes any number for a verdict.
    """
    asked, given = len(getattr(inputs, "statements", ())), flags(task, output)
    if task in (Task.VERDICTS, Task.CLAIM_VERDICTS) and len(given) != asked:
        raise JudgeFailure(f"the judge gave {len(given)} verdicts on {asked} statements")
    for flag in given:
        if flag not in (0, 1):
            raise JudgeFailure(f"the judge gave {flag} as a verdict, which is neither 0 nor 1")


def refuse_unreadable(output: BaseModel) -> None:
    """Raise JudgeFailure for a reply that can neither be stored nor be put into the next prompt."""
    try:
        output.model_dump_json()
    except PydanticSerializationError:
        raise JudgeFailure("the judge's reply holds characters that are no valid Unicode") from None


def flags(task: Task, output: Any) -> list[int]:
    """The 0/1 verdicts in an output of the task."""
    match task:
        case Task.VERDICTS | Task.CLAIM_VERDICTS:
            return [statement.verdict for statement in output.statements]
        case Task.ATTRIBUTION:
            return [statement.attributed for statement in output.classifications]
        case Task.USEFULNESS:
            return [output.verdict]
        case Task.QUESTION:
            return [output.noncommittal]
        case Task.STATEMENTS | Task.CLAIMS:  # no verdicts
            return []
        case Task.RUBRIC | Task.DECLINING:  # no prompts of ragas' own
            return []


def judge_llm(transcript: Transcript) -> InstructorBaseRagasLLM:
    """The model that ragas' metric classes are given: it asks through the transcript."""
    llm: InstructorBaseRagasLLM = _judge_llm_class()(transcript)
    return llm


@functools.cache
def _judge_llm_class() -> type[Any]:
    from ragas.llms.base import InstructorBaseRagasLLM

    class JudgeLLM(InstructorBaseRagasLLM):
        def __init__(self, transcript: Transcript) -> None:
            self.transcript = transcript

        def generate(self, prompt: str, response_model: type[M]) -> M:
            raise NotImplementedError("judges are asked asynchronously: use agenerate")

        async def agenerate(self, prompt: str, response_model: type[M]) -> M:
            return await self.transcript.ask(prompt, response_model)

    return JudgeLLM
