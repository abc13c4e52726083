"""Rewriting through a real `python` system: checked, kept, and asked only once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from textwrap import dedent
from typing import Any

import numpy as np
import pytest
from loopback.contract_cases import build
from numpy.typing import NDArray

from bakeoff.adapters import python
from bakeoff.evals.errors import InputError, RunIncomplete
from bakeoff.evals.protocols import System
from bakeoff.evals.records import Kind, Sample
from bakeoff.suites.format_shift.variants import rewriting
from bakeoff.suites.format_shift.variants.rewriting import STYLES, Rewriter, rewrite
from bakeoff.suites.format_shift.variants.rewritten_texts import RewrittenTexts

_names = count()

ONE = {"llm_paraphrase": STYLES["llm_paraphrase"]}
QUESTION = "What is the weight of the Harnolt Max?"

ASKED = """
    asked = []
    def question(q):
        asked.append(q)
        return q.split("<question>\\n")[1].split("\\n</question>")[0]
"""


class WordEncoder:
    """Texts are alike as far as they share words; enough to tell a rewriting from something else."""

    name = "words"
    fingerprint = "words-1"
    weights: str | None = None

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        words = sorted({word for text in texts for word in text.casefold().split()})
        rows = [[float(word in text.casefold().split()) for word in words] for text in texts]
        array = np.array(rows, dtype=np.float32)
        return np.asarray(array / np.linalg.norm(array, axis=1, keepdims=True), dtype=np.float32)


Make = Callable[..., Rewriter]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """A rewriter whose system is the given source's `answer`; its module can be found in `sys.modules`."""

    def made(body: str, **options: Any) -> Rewriter:
        module = f"rewriting_bot_{next(_names)}"
        (tmp_path / f"{module}.py").write_text(dedent(ASKED) + dedent(body))
        target = {"target": f"{module}:answer", "version": "1"}

        def system() -> System:
            return build(python.PLUGIN, tmp_path, target, kind=Kind.PROMPT)

        options = {"styles": ONE, "alike": 0.5, **options}
        return Rewriter(system, RewrittenTexts(tmp_path / "kept"), WordEncoder(), **options)

    return made


def of(question: str = QUESTION, **fields: Any) -> Sample:
    return Sample.model_validate({"id": "s1", "question": question, "reference": "5 kg", **fields})


def test_a_rewriting_becomes_a_variant_like_any_other(make: Make) -> None:
    rewriter = make("""
        def answer(q): return '  "' + question(q).replace("What is", "Tell me") + '"\\n'
    """)
    derived = rewrite([of(cluster="c")], rewriter, seed=0)
    (variant,) = derived.samples
    assert variant.question == "Tell me the weight of the Harnolt Max?"
    assert (variant.id, variant.origin, variant.variant) == ("s1~llm_paraphrase", "s1", "llm_paraphrase")
    assert variant.cluster == "c"
    about = variant.extras["format_shift"]
    assert isinstance(about, dict)
    assert (about["family"], about["wants"]) == ("llm_paraphrase", "as_trained")
    assert (derived.dropped, derived.passed_through) == ({}, ())


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        ("'What is the weight of the Harnolt?'", "a name was lost"),
        ("'What is the weight of the 2 Harnolt Max?'", "a number was lost or added"),
        ("question(q) + ' Do not guess.'", "a negation was lost or added"),
        ("question(q)", "unchanged"),
        ("' <question>' + question(q) + '</question> '", "unchanged"),
        ("'\\n'", "the rewriter said nothing"),
        ("'Where do penguins live, Harnolt Max?'", "not alike enough"),
        ("question(q) + ' Is it kilos 5 kg?'", "it gives the answer away"),
        ("1 / 0", "the rewriter failed"),
    ],
)
def test_a_bad_rewriting_is_dropped_and_counted(make: Make, reply: str, why: str) -> None:
    derived = rewrite([of()], make(f"\ndef answer(q): return {reply}\n"), seed=0)
    assert derived.samples == []
    assert derived.dropped == {("llm_paraphrase", why): 1}


def test_what_the_question_says_itself_is_not_given_away(make: Make) -> None:
    sample = of("Is the Harnolt Max blue or red, please?", reference="blue")
    rewriter = make("\ndef answer(q): return question(q).replace('please', 'thanks')\n")
    assert len(rewrite([sample], rewriter, seed=0).samples) == 1


COUNTING = """
    import pathlib
    log = pathlib.Path(__file__).with_suffix(".log")
    def answer(q):
        with log.open("a") as file:
            file.write("asked\\n")
        return "So " + question(q)
"""


def asked(folder: Path) -> int:
    return sum(path.read_text().count("asked") for path in folder.glob("*.log"))


def test_what_was_rewritten_is_asked_for_only_once(make: Make, tmp_path: Path) -> None:
    rewriter = make(COUNTING)
    samples = [of(id=str(place), question=f"{QUESTION} Case {place}?") for place in range(5)]
    first = rewrite(samples, rewriter, seed=0)
    assert len(first.samples) == asked(tmp_path) == 5
    assert rewrite(samples, rewriter, seed=0) == first
    assert asked(tmp_path) == 5
    for path in sorted((tmp_path / "kept").glob("*.json"))[:2]:
        path.write_text("{damaged")
    assert rewrite(samples, rewriter, seed=0) == first
    assert asked(tmp_path) == 7


def test_another_system_or_style_is_asked_anew(make: Make, tmp_path: Path) -> None:
    rewrite([of()], make(COUNTING), seed=0)
    rewrite([of()], make(COUNTING), seed=0)
    assert asked(tmp_path) == 2
    other = {"mine": "Shout it."}
    assert [one.variant for one in rewrite([of()], make(COUNTING, styles=other), seed=0).samples] == ["mine"]
    assert len(list((tmp_path / "kept").glob("*.json"))) == 3


def test_styles_and_samples_keep_their_order_and_per_family_bounds_them(make: Make) -> None:
    samples = [of(id=str(place), question=f"{QUESTION} Case {place}?") for place in range(12)]
    derived = rewrite(samples, make(COUNTING, styles=STYLES), seed=3, per_family=4)
    names = [str(one.variant) for one in derived.samples]
    assert names == [name for name in STYLES for _ in range(4)]
    origins = [int(one.origin or "") for one in derived.samples]
    assert origins[:4] == origins[4:8] == origins[8:] == sorted(origins[:4])


def test_other_languages_and_blank_questions_are_left_alone(make: Make, tmp_path: Path) -> None:
    samples = [of("Wie schwer ist der Harnolt Max?", id="de"), of(" ", id="blank"), of()]
    derived = rewrite(samples, make(COUNTING), seed=0)
    assert [one.origin for one in derived.samples] == ["s1"]
    assert derived.dropped == {("llm_paraphrase", "not English"): 1}
    assert derived.passed_through == ("llm_paraphrase",)
    assert asked(tmp_path) == 1


def test_it_works_inside_a_running_event_loop(make: Make) -> None:
    async def inside() -> int:
        return len(rewrite([of()], make(COUNTING), seed=0).samples)

    assert asyncio.run(inside()) == 1


BROKEN = """
    from bakeoff.evals.errors import TransportFailure
    tries = []
    def answer(q):
        tries.append(q)
        if "Case 1" in q and len(tries) < 99 or len([t for t in tries if t == q]) < {until}:
            raise TransportFailure("the line is down")
        return "So " + question(q)
"""


def test_a_broken_way_is_tried_again_and_then_ends_the_run(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rewriting, "_PAUSE_S", 0.0)
    samples = [of(id=str(place), question=f"{QUESTION} Case {place}?") for place in (0, 2)]
    rewriter = make(BROKEN.format(until=3))
    assert len(rewrite(samples, rewriter, seed=0).samples) == 2
    with pytest.raises(
        RunIncomplete, match=r"could not be reached for rewriting .the line is down.; run again"
    ):
        rewrite([*samples, of(f"{QUESTION} Case 1?", id="1")], rewriter, seed=0)


def test_a_system_that_never_answers_is_given_up(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rewriting, "_PAUSE_S", 0.0)
    rewriter = make(
        """
        import asyncio
        async def answer(q): await asyncio.sleep(60)
        """,
        timeout_s=0.02,
    )
    with pytest.raises(RunIncomplete, match=r"no answer within 0\.02 s"):
        rewrite([of()], rewriter, seed=0)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot keep rewritten questions"):
        RewrittenTexts(tmp_path / "file").put("f", "p", "t")


def test_a_kept_text_belongs_to_its_prompt(tmp_path: Path) -> None:
    texts = RewrittenTexts(tmp_path)
    texts.put("f", "p", "t\n“”")
    assert texts.get("f", "p") == "t\n“”"
    assert texts.get("f", "q") is None
    (path,) = tmp_path.iterdir()
    path.write_text(path.read_text().replace('"p"', '"other"'))
    assert texts.get("f", "p") is None
    path.write_text("[]")
    assert texts.get("f", "p") is None
