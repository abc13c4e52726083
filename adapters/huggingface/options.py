"""What a config may say about a local model."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bakeoff.adapters.chat_prompt import BARE, Example, check_template

Task = Literal["auto", "causal", "seq2seq"]
Device = Literal["auto", "cpu", "cuda", "mps"]
Dtype = Literal["auto", "float32", "float16", "bfloat16"]
Quantization = Literal["none", "4bit"]
Stop = Annotated[str, Field(min_length=1)]


class Options(BaseModel):
    """Options of `adapter: huggingface`.

    `model` and `peft` are folders relative to the config, or hub ids; a folder never touches the network.
    `system_prompt` is a text, or the path of a .txt or .md file. `chat_template` is `auto` (the
    tokenizer's own where it has one, else raw), `raw` (the prompt's text as it is), or the path of a
    .jinja file. `temperature` 0 is greedy. `dtype: auto` is float32 on a CPU, elsewhere as stored.
    `logprobs` adds each generated token's log-probability to the answer's extras.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str = Field(min_length=1)
    revision: str | None = None
    peft: str | None = Field(default=None, min_length=1)
    peft_revision: str | None = None
    task: Task = "auto"
    system_prompt: str | None = None
    template: Annotated[str, AfterValidator(lambda text: check_template(text, "question"))] = BARE
    context_template: (
        Annotated[str, AfterValidator(lambda text: check_template(text, "question", "contexts"))] | None
    ) = None
    examples: tuple[Example, ...] = ()
    chat_template: str = Field(default="auto", min_length=1)
    max_new_tokens: int = Field(default=256, ge=1)
    temperature: float = Field(default=0.0, ge=0)
    top_p: float | None = Field(default=None, gt=0, le=1)
    stop: Stop | tuple[Stop, ...] = ()
    device: Device = "auto"
    dtype: Dtype = "auto"
    quantization: Quantization = "none"
    batch_size: int = Field(default=8, ge=1, le=1024)
    logprobs: bool = False

    @property
    def stops(self) -> tuple[str, ...]:
        return (self.stop,) if isinstance(self.stop, str) else self.stop
