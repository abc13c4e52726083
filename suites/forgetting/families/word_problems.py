"""Family `word_problems`: stories that take two to four steps of arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from bakeoff.suites.forgetting.families.family import Family, Item, generator
from bakeoff.suites.forgetting.families.names import PEOPLE, THINGS

Problem = tuple[str, int]


def _shop(rng: Random) -> Problem:
    one, two = rng.sample(THINGS, 2)
    n, m, p, q = (rng.randint(2, 19) for _ in range(4))
    paid = ((n * p + m * q) // 10 + rng.randint(1, 9)) * 10
    who = rng.choice(PEOPLE)
    story = (
        f"{who} buys {n} {one} at {p} euros each and {m} {two} at {q} euros each, and hands over "
        f"{paid} euros. "
        f"How many euros does {who} get back?"
    )
    return story, paid - n * p - m * q


def _shares(rng: Random) -> Problem:
    thing, who = rng.choice(THINGS), rng.choice(PEOPLE)
    friends, each, lost = rng.randint(3, 12), rng.randint(4, 40), rng.randint(2, 30)
    story = (
        f"{who} had some {thing}. After losing {lost} of them, {who} divided the rest equally among "
        f"{friends} "
        f"friends, and every friend received {each}. How many {thing} did {who} have at first?"
    )
    return story, friends * each + lost


def _trip(rng: Random) -> Problem:
    who, stop = rng.choice(PEOPLE), rng.randint(5, 55)
    speed, hours, more, slower = rng.randint(30, 90), rng.randint(2, 6), rng.randint(2, 5), rng.randint(5, 25)
    story = (
        f"{who} drives for {hours} hours at {speed} kilometres an hour, rests for {stop} minutes, "
        f"and then drives "
        f"{more} more hours at a speed that is {slower} kilometres an hour lower. "
        "How many kilometres is that in total?"
    )
    return story, hours * speed + more * (speed - slower)


def _shelves(rng: Random) -> Problem:
    thing = rng.choice(THINGS)
    rows, each, sold, came = rng.randint(4, 18), rng.randint(6, 30), rng.randint(5, 20), rng.randint(10, 95)
    story = (
        f"A storeroom has {rows} shelves with {each} {thing} on every shelf. On Monday {sold} "
        f"{thing} are sold, "
        f"and on Tuesday {came} new ones arrive. How many {thing} are in the storeroom then?"
    )
    return story, rows * each - sold + came


def _ages(rng: Random) -> Problem:
    a, b, c = rng.sample(PEOPLE, 3)
    age, times, gap, years = rng.randint(4, 16), rng.randint(2, 4), rng.randint(2, 9), rng.randint(2, 15)
    story = (
        f"{a} is {age} years old. {b} is {times} times as old as {a}, and {c} is {gap} years "
        f"younger than {b}. "
        f"How old will {c} be in {years} years?"
    )
    return story, age * times - gap + years


def _wages(rng: Random) -> Problem:
    who, thing = rng.choice(PEOPLE), rng.choice(THINGS)
    pay, hours, days, cost = rng.randint(9, 32), rng.randint(3, 9), rng.randint(2, 6), rng.randint(8, 50)
    story = (
        f"{who} earns {pay} euros an hour and works {hours} hours a day on {days} days. From the "
        f"wages {who} "
        f"spends {cost} euros on {thing}. How many euros are left?"
    )
    return story, pay * hours * days - cost


def _packing(rng: Random) -> Problem:
    thing, who = rng.choice(THINGS), rng.choice(PEOPLE)
    size, full, left, broken = rng.randint(6, 24), rng.randint(5, 30), rng.randint(1, 5), rng.randint(1, 12)
    story = (
        f"{who} packs {thing} into boxes of {size}. After sorting out {broken} broken ones, {who} "
        f"fills {full} "
        f"boxes exactly and has {left} {thing} left over. How many {thing} were there before sorting?"
    )
    return story, size * full + left + broken


def _saving(rng: Random) -> Problem:
    a, b = rng.sample(PEOPLE, 2)
    start, week, weeks, half = (
        rng.randint(10, 90),
        rng.randint(3, 25),
        rng.randint(4, 20),
        rng.randint(5, 60) * 2,
    )
    story = (
        f"{a} has {start} euros and saves {week} euros every week for {weeks} weeks. {b} has {half} "
        f"euros and "
        f"gives half of it to {a}. How many euros does {a} have in the end?"
    )
    return story, start + week * weeks + half // 2


def _bus(rng: Random) -> Problem:
    who = rng.choice(PEOPLE)
    on = rng.randint(15, 50)
    off, joined, last = rng.randint(2, 14), rng.randint(1, 20), rng.randint(2, 9)
    story = (
        f"When {who} starts the tour, {on} people sit in the bus. At the first stop {off} get off "
        f"and {joined} get "
        f"on; at the second stop {last} get off and twice as many get on. How many people does "
        f"{who} count then?"
    )
    return story, on - off + joined + last


def _garden(rng: Random) -> Problem:
    who, other = rng.sample(PEOPLE, 2)
    length, width, gate = rng.randint(8, 60), rng.randint(5, 40), rng.randint(1, 4)
    price = rng.randint(3, 25)
    story = (
        f"{who} fences a rectangular garden that is {length} metres long and {width} metres wide, "
        f"leaving a gap of "
        f"{gate} metres for a gate. {other} sells the fence at {price} euros a metre. "
        f"How many euros does the fence cost {who}?"
    )
    return story, (2 * (length + width) - gate) * price


_STORIES: tuple[Callable[[Random], Problem], ...] = (
    _shop, _shares, _trip, _shelves, _ages, _wages, _packing, _saving, _bus, _garden,
)  # fmt: skip


def _item(rng: Random) -> Item:
    story, value = rng.choice(_STORIES)(rng)
    return Item(f"{story} Give the final number.", str(value), "number")


WORD_PROBLEMS = Family(
    name="word_problems",
    about="Stories of ten kinds that take two to four steps of whole-number arithmetic.",
    written=False,
    chance=0.0,
    items=generator("word_problems", _item),
)
