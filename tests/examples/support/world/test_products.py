"""The shop: how many products and facts, and how many of them changed."""

from collections import Counter
from datetime import date

from bakeoff.examples.support.world.products import products


def test_sixty_products_with_seven_or_eight_facts() -> None:
    shop = products()
    assert len(shop) == len({product.id for product in shop}) == 60
    assert {len(product.facts) for product in shop} == {7, 8}
    assert sum(len(product.facts) for product in shop) == 453
    for product in shop:
        assert len({fact.attribute.name for fact in product.facts}) == len(product.facts)
        assert all(fact.product == product.name and fact.value in fact.statement for fact in product.facts)


def test_three_facts_of_each_of_27_products_changed() -> None:
    changed = [fact for product in products() for fact in product.facts if fact.changed]
    assert len(changed) == 81
    assert set(Counter(fact.product for fact in changed).values()) == {3}
    for fact in changed:
        assert fact.old != fact.value
        assert fact.before == fact.old
        assert fact.old not in fact.statement.split(" is ")[-1]


def test_a_document_is_as_old_as_its_latest_change() -> None:
    for product in products():
        days = {fact.changed for fact in product.facts} - {None}
        assert days in (set(), {product.as_of})
        assert (product.as_of >= date(2025, 6, 1)) == bool(days)
