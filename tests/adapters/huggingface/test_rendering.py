"""What the model is really given: chat templates, raw prompts, system prompts that find no place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tiny_models.asking import ask, texts
from tiny_models.language import DROPS_SYSTEM, NO_SYSTEM, write_llama

from bakeoff.adapters.huggingface.system import HuggingFaceSystem
from bakeoff.evals.errors import InputError
from bakeoff.evals.records import Context, Rendering, Request, Turn

Build = Callable[..., HuggingFaceSystem]

EXAMPLES = [{"question": "1+1?", "answer": "2"}]


def prompt(system: HuggingFaceSystem, question: str = "Why?", **request: Any) -> str:
    return system._text(Request(question=question, **request))


def test_a_chat_goes_through_the_tokenizers_own_template(build: Build) -> None:
    system = build(system_prompt="Be brief.", template="Q: {question}", examples=EXAMPLES)
    turns = (Turn(role="user", content="Hi"), Turn(role="assistant", content="Hello"))
    assert prompt(system, conversation=turns) == (
        "<|system|>Be brief.</s><|user|>Q: 1+1?</s><|assistant|>2</s>"
        "<|user|>Hi</s><|assistant|>Hello</s><|user|>Q: Why?</s><|assistant|>"
    )


def test_raw_is_the_prompts_text_as_it_is(build: Build) -> None:
    system = build(
        chat_template="raw", system_prompt="Be brief.", template="Q: {question}\nA:", examples=EXAMPLES
    )
    assert prompt(system) == "Be brief.\n\nQ: 1+1?\nA: 2\n\nQ: Why?\nA:"


def test_a_tokenizer_without_a_template_is_raw(build: Build) -> None:
    assert prompt(build(model="t5")) == "Why?"


def test_a_template_of_ones_own(build: Build, tmp_path: Path) -> None:
    write_llama(tmp_path / "llama")
    (tmp_path / "mine.jinja").write_text("{% for m in messages %}[{{ m.content }}]{% endfor %}=")
    system = build(tmp_path, chat_template="mine.jinja")
    assert prompt(system) == "[Why?]="
    assert texts(system, "Why?") != texts(build(tmp_path), "Why?")


def test_contexts_stand_where_the_context_template_puts_them(build: Build) -> None:
    system = build(context_template="Read:\n{contexts}\n{question}")
    given = (Context(text="One."), Context(text="Two."))
    assert prompt(system, contexts=given) == "<|user|>Read:\nOne.\n\nTwo.\nWhy?</s><|assistant|>"


def test_bare_and_given_renderings_still_go_through_the_chat_template(build: Build) -> None:
    system = build(system_prompt="Be brief.", template="Q: {question}")
    assert prompt(system, rendering=Rendering(mode="none")) == "<|user|>Why?</s><|assistant|>"
    given = Rendering(mode="given", system_prompt="Be long.", template="{question}!")
    assert prompt(system, rendering=given) == "<|system|>Be long.</s><|user|>Why?!</s><|assistant|>"


@pytest.mark.parametrize("template", [NO_SYSTEM, DROPS_SYSTEM], ids=["refuses", "drops"])
def test_a_system_prompt_without_a_place_is_refused(build: Build, tmp_path: Path, template: str) -> None:
    write_llama(tmp_path / "llama", chat_template=template)
    with pytest.raises(InputError) as caught:
        build(tmp_path, system_prompt="Be brief.")
    assert "system prompt" in caught.value.what
    assert "put that text into `template`" in caught.value.todo
    assert texts(build(tmp_path), "Why?")


@pytest.mark.parametrize("template", [NO_SYSTEM, DROPS_SYSTEM], ids=["refuses", "drops"])
def test_a_given_system_prompt_then_stands_before_the_question(
    build: Build, tmp_path: Path, template: str
) -> None:
    write_llama(tmp_path / "llama", chat_template=template)
    given = Rendering(mode="given", system_prompt="Be brief.")
    assert "Be brief.\n\nWhy?" in prompt(build(tmp_path), rendering=given)


def test_a_template_that_refuses_a_chat_is_that_answers_own_failure(build: Build, tmp_path: Path) -> None:
    refuses = "{% if messages | length > 1 %}{{ raise_exception('too long') }}{% endif %}" + DROPS_SYSTEM
    write_llama(tmp_path / "llama", chat_template=refuses)
    system = build(tmp_path)
    (failed,) = ask(system, "Why?", conversation=(Turn(role="user", content="Hi"),))
    assert failed.error is not None
    assert "too long" in failed.error.message
    assert texts(system, "Why?")
    with pytest.raises(InputError, match="does not take this prompt"):
        build(tmp_path, examples=EXAMPLES)


def test_a_template_that_forgets_the_question_is_refused(build: Build, tmp_path: Path) -> None:
    write_llama(tmp_path / "llama", chat_template="hello")
    with pytest.raises(InputError, match="leaves the question out"):
        build(tmp_path)


def test_an_unreadable_template_is_refused(build: Build) -> None:
    with pytest.raises(InputError, match=r"systems\.local\.chat_template: cannot read the template"):
        build(chat_template="nowhere.jinja")


def test_special_tokens_are_not_written_twice(build: Build, tmp_path: Path) -> None:
    from tokenizers.processors import TemplateProcessing
    from transformers import AutoTokenizer

    write_llama(tmp_path / "llama", chat_template="{{ bos_token }}{{ messages[0].content }}")
    tokenizer: Any = AutoTokenizer.from_pretrained(tmp_path / "llama")
    tokenizer._tokenizer.post_processor = TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 1), ("</s>", 2)]
    )
    tokenizer.save_pretrained(tmp_path / "llama")
    templated = build(tmp_path)
    ids = templated._parts.renderer.prompt_ids(prompt(templated))
    assert (ids.count(1), ids.count(2)) == (1, 0)
    raw = build(tmp_path, chat_template="raw")
    assert raw._parts.renderer.prompt_ids(prompt(raw)) == ids


def test_unreadable_characters_are_still_a_question(build: Build) -> None:
    for options in ({}, {"chat_template": "raw"}):
        assert len(ask(build(**options), "lone \ud800 surrogate \x00 and 🙂")) == 1
        assert texts(build(**options), "lone \ud800 surrogate")


def test_an_empty_raw_question_is_that_answers_own_failure(build: Build) -> None:
    (failed,) = ask(build(chat_template="raw"), "")
    assert failed.error is not None
    assert failed.error.message == "the prompt has no tokens"
