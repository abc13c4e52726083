"""Invented names: new ones without end, never one of the shop's."""

from itertools import combinations
from random import Random

from bakeoff.examples.support.world.names import SHOP_NAMES, VARIANTS, distinct, invented, product_name


def test_invented_names_are_many_short_and_not_the_shops() -> None:
    rng = Random(1)
    names = [invented(rng) for _ in range(5_000)]
    assert len(set(names)) > 4_000
    assert all(name.isalpha() and name.istitle() and 4 <= len(name) <= 9 for name in names)
    assert set(names).isdisjoint(SHOP_NAMES)


def test_a_name_of_the_shop_is_drawn_again(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    from bakeoff.examples.support.world import names

    first = invented(Random(3))
    monkeypatch.setattr(names, "_TAKEN", frozenset({first.lower()}))
    assert invented(Random(3)) != first


def test_about_a_third_of_the_products_are_variants() -> None:
    rng = Random(2)
    variants = [name for name in (product_name(rng) for _ in range(1_000)) if " " in name]
    assert 290 < len(variants) < 390
    assert {name.split()[1] for name in variants} == set(VARIANTS)


def test_distinct_names_are_distinct() -> None:
    names = distinct(Random(4), 200)
    assert len(names) == len(set(names)) == 200


def test_the_shops_names_cannot_be_mistaken_for_each_other() -> None:
    assert len(SHOP_NAMES) == 40
    assert not any(a in b or b in a for a, b in combinations(SHOP_NAMES, 2))
