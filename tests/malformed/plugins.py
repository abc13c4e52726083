"""Small plug-ins with the names and keys of those that ship: options models without anything behind."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from bakeoff.evals.plugins import Plugin, Plugins, Wiring


class Options(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Nothing(Options):
    pass


class Recorded(Options):
    path: str = Field(description="the recording")


class Chat(Options):
    model: str
    base_url: str | None = None
    api_key: str | None = None
    system_prompt: str | None = None
    temperature: float = 0.0
    max_tokens: int | None = None

    @field_validator("api_key")
    @classmethod
    def _starts_with_sk(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith("sk-"):
            raise ValueError(f"{value!r} does not start with 'sk-'")
        return value


class Retry(Options):
    codes: tuple[int, ...] = ()
    wait_s: float = Field(default=1.0, gt=0)


class Http(Options):
    url: str
    answer: str
    contexts: str | None = None
    headers: dict[str, str] = Field(default_factory=dict)
    retry: Retry | None = None
    stop: str | list[str] | None = None


class Reference(Options):
    metrics: tuple[str, ...] = ("bertscore",)


class NamedModel(Options):
    model: str


def _build(options: Any, wiring: Wiring) -> Any:
    raise AssertionError(f"checking a config builds nothing, and yet {wiring.name} of {options}")


def shipped_names() -> Plugins:
    """Registries that a config can be checked against."""
    plugins = Plugins()
    plugins.adapters.register(Plugin("recorded", Recorded, _build))
    plugins.adapters.register(Plugin("openai", Chat, _build))
    plugins.adapters.register(Plugin("http", Http, _build))
    plugins.judges.register(Plugin("offline", Nothing, _build))
    plugins.judges.register(Plugin("openai", Chat, _build))
    plugins.encoders.register(Plugin("embedded", Nothing, _build))
    plugins.encoders.register(Plugin("sentence_transformers", NamedModel, _build))
    plugins.suites.register(Plugin("ragas", Nothing, _build))
    plugins.suites.register(Plugin("reference", Reference, _build))
    return plugins
