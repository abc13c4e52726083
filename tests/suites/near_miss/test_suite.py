"""The suite as a plug-in, and its questions on the demo's shop, whose every fact is known."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import ValidationError

from bakeoff.evals.conformance import check_suite
from bakeoff.evals.documents import load_documents
from bakeoff.evals.errors import InputError
from bakeoff.evals.plugins import Plugins, Wiring
from bakeoff.evals.protocols import Encoder, Materials, Metric, Suite, Tools
from bakeoff.evals.records import Answered, Document, Response, Sample, Turn
from bakeoff.examples.support.world.products import products
from bakeoff.suites.near_miss.note import near_miss
from bakeoff.suites.near_miss.options import Options
from bakeoff.suites.near_miss.suite import PLUGIN, NearMissSuite, build

WORLD = Path(str(files("bakeoff.examples.support")))


def no_encoder() -> Encoder:
    raise AssertionError("this suite is built without an encoder")


WIRING = Wiring(folder=Path(), encoder=no_encoder)


class NoJudge:
    """Decides nothing: the rules alone speak."""

    tasks: frozenset[str] = frozenset()


RULES_ONLY = Tools(cast(Any, NoJudge()), cast(Any, None))
NAMES = ("Arvend", "Kastrin", "Belmora", "Vandrel", "Ombrick", "Dorvane")


def sample(i: int) -> Sample:
    name, attribute = NAMES[i % len(NAMES)], ("weight", "price")[i % 2]
    text = f"The {attribute} of the {name} is {i + 10}."
    return Sample(
        id=f"q{i}",
        question=f"Kindly state the {attribute} of the {name}.",
        reference=text,
        reference_contexts=(text,),
        reference_context_ids=(name,),
        domain=attribute,
    )


SAMPLES = [sample(i) for i in range(len(NAMES))]
DOCUMENTS = tuple(Document(id=name, text=SAMPLES[i].reference or "") for i, name in enumerate(NAMES))
MATERIALS = Materials(samples=SAMPLES, documents=DOCUMENTS)


def made(**options: Any) -> NearMissSuite:
    suite = build(Options.model_validate(options), WIRING)
    assert isinstance(suite, NearMissSuite)
    return suite


def variants(materials: Materials = MATERIALS, **options: Any) -> list[Sample]:
    return [one for one in made(**options).samples(materials) if one.variant is not None]


def test_it_registers_and_builds_its_metrics() -> None:
    plugins = Plugins()
    plugins.suites.register(PLUGIN)
    suite = plugins.suites.get("near_miss").build(Options(), WIRING)
    assert isinstance(suite, Suite)
    assert all(isinstance(metric, Metric) for metric in suite.metrics)
    names = [output.name for metric in suite.metrics for output in metric.outputs]
    assert names == ["declined", "made_up", "borrowed", "right"]


def test_it_conforms() -> None:
    asked = list(made().samples(MATERIALS))
    answers = [
        Answered(system="s", retrieves=False, sample=one, response=Response(text=text))
        for one, text in zip(asked, ["It is 12.", "There is no such thing", "?"] * 20, strict=False)
    ]
    check_suite(made(), MATERIALS, make=made, answers=answers, tools=RULES_ONLY)


def test_known_questions_come_unchanged_before_the_near_misses() -> None:
    asked = list(made().samples(MATERIALS))
    assert asked[: len(SAMPLES)] == SAMPLES
    rest = asked[len(SAMPLES) :]
    assert Counter(one.variant for one in rest) == {
        "near_version": 6,
        "near_product": 6,
        "near_combination": 6,
    }
    assert all(not one.answerable and one.reference is None for one in rest)
    assert len({one.question for one in rest}) > 12


def test_size_is_shared_by_the_families_and_only_their_origins_are_asked() -> None:
    found = list(made(size=5).samples(MATERIALS))
    rest = [one for one in found if one.variant is not None]
    assert Counter(one.variant for one in rest) == {
        "near_version": 1,
        "near_product": 2,
        "near_combination": 2,
    }
    assert {one.id for one in found if one.variant is None} == {one.origin for one in rest}
    assert {one.variant for one in variants(families=["product", "product"], size=4)} == {"near_product"}
    assert len(variants(families=["product"], size=4)) == 4


def test_domains_and_seed_choose() -> None:
    assert {one.domain for one in variants(domains=["price"])} == {"price"}
    one, other = variants(seed=1), variants(seed=2)
    assert [a.question for a in one] != [b.question for b in other]
    again = replace(MATERIALS, samples=SAMPLES[::-1], seed=9)
    assert {a.question for a in variants(again, seed=1)} == {a.question for a in one}


def test_what_takes_no_part_is_counted() -> None:
    nameless = Sample(id="n", question="Is a mountain high?", reference="Yes")
    out = [
        SAMPLES[0].model_copy(update={"id": "a", "answerable": False}),
        SAMPLES[0].model_copy(update={"id": "b", "reference": None}),
        SAMPLES[0].model_copy(update={"id": "c", "origin": "q0", "variant": "typos"}),
        SAMPLES[0].model_copy(update={"id": "e", "question": "The weight of the Arvend is 10. What is it?"}),
        SAMPLES[0].model_copy(update={"id": "d", "conversation": (Turn(role="user", content="Arvend?"),)}),
    ]
    suite = made()
    asked = list(suite.samples(replace(MATERIALS, samples=[*SAMPLES, nameless, *out])))
    assert not {"a", "b", "c", "d", "e", "n"} & {one.origin or one.id for one in asked}
    assert (suite.made.without_name, suite.made.eligible) == (1, 7)
    with pytest.raises(InputError, match="asks about a name that its gold passages hold"):
        made().samples(replace(MATERIALS, samples=[nameless]))
    with pytest.raises(InputError, match="no sample of weights"):
        made(domains=["weights"]).samples(MATERIALS)


@pytest.mark.parametrize(
    "options", [{"families": ["versions"]}, {"families": []}, {"size": 0}, {"tolerance": 0}, {"sizes": 1}]
)
def test_unknown_options_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Options.model_validate(options)


@pytest.fixture(scope="module")
def shop() -> list[Sample]:
    rows = read_shop()
    documents = load_documents(WORLD / "products", "as_of")
    return variants(Materials(samples=rows, documents=documents), size=600)


def read_shop() -> list[Sample]:
    lines = (WORLD / "shop_questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [Sample.model_validate_json(line) for line in lines]


def test_no_near_miss_of_the_shop_has_an_answer(shop: list[Sample]) -> None:
    facts = {product.name: {fact.attribute.name for fact in product.facts} for product in products()}
    checked = Counter[str]()
    for one in shop:
        note = near_miss(one)
        assert note is not None
        assert note.replaced in facts
        assert one.domain in ("support", "casual", "updated")
        if note.family == "combination":
            attribute = (one.origin or "").removeprefix(f"{one.domain}-").removeprefix(slug(note.replaced))
            assert attribute[1:].replace("-", " ") not in facts[note.asked], one.question
        else:
            assert note.asked not in facts
        checked[note.family] += 1
    assert checked == {"version": 200, "product": 200, "combination": 200}


def slug(name: str) -> str:
    return name.lower().replace(" ", "-")
