"""Family `code`: short Python functions, checked by running them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from pydantic import JsonValue

from bakeoff.suites.forgetting.families.family import Family, Item, generator
from bakeoff.suites.forgetting.families.names import WORDS


@dataclass(frozen=True)
class Task:
    """A function's description and body, what it computes here, and a source of arguments."""

    wants: str
    body: str
    compute: Callable[[Any], Any]
    argument: Callable[[Random], Any]


def _numbers(rng: Random) -> list[int]:
    return [rng.randint(-30, 60) for _ in range(rng.randint(0, 9))]


def _phrase(rng: Random) -> str:
    return " ".join(rng.sample(WORDS, rng.randint(0, 5)))


def _wordlist(rng: Random) -> list[str]:
    return [rng.choice(WORDS) for _ in range(rng.randint(0, 7))]


def _sum_of_multiples(rng: Random) -> Task:
    k, m = rng.randint(2, 9), rng.randint(-9, 25)
    wants = f"takes a list of integers and returns the sum of those divisible by {k} and greater than {m}"
    body = f"return sum(n for n in x if n % {k} == 0 and n > {m})"
    return Task(wants, body, lambda x: sum(n for n in x if n % k == 0 and n > m), _numbers)


def _every_kth(rng: Random) -> Task:
    k, add = rng.randint(2, 5), rng.randint(1, 40)
    wants = f"takes a list of integers and returns every {k}th of them, the first included, each plus {add}"
    wants = wants.replace("2th", "2nd").replace("3th", "3rd")
    return Task(wants, f"return [n + {add} for n in x[::{k}]]", lambda x: [n + add for n in x[::k]], _numbers)


def _clamp(rng: Random) -> Task:
    low, high = rng.randint(-20, 9), rng.randint(10, 50)
    wants = (
        f"takes a list of integers and returns it with every number below {low} replaced by {low} and every"
    )
    wants += f" number above {high} replaced by {high}"
    body = f"return [min(max(n, {low}), {high}) for n in x]"
    return Task(wants, body, lambda x: [min(max(n, low), high) for n in x], _numbers)


def _count_letters(rng: Random) -> Task:
    letters = "".join(rng.sample("abcdeiklmnoprstu", 3))
    wants = (
        f"takes a string and returns how many of its characters are one of the letters {', '.join(letters)}"
    )
    body = f'return sum(c in "{letters}" for c in x)'
    return Task(wants, body, lambda x: sum(c in letters for c in x), _phrase)


def _swap(rng: Random) -> Task:
    a, b = rng.sample("abcdeiklmnoprstu", 2)
    wants = (
        f'takes a string and returns it with every "{a}" turned into "{b}", and the result written backwards'
    )
    body = f'return x.replace("{a}", "{b}")[::-1]'
    return Task(wants, body, lambda x: x.replace(a, b)[::-1], _phrase)


def _long_words(rng: Random) -> Task:
    k, mark = rng.randint(4, 8), rng.choice("-_+/:;")
    wants = f'takes a string and returns its words of at least {k} letters, joined by "{mark}"'
    body = f'return "{mark}".join(w for w in x.split() if len(w) >= {k})'
    return Task(wants, body, lambda x: mark.join(w for w in x.split() if len(w) >= k), _phrase)


def _lengths(rng: Random) -> Task:
    letter = rng.choice("aeilnorst")
    add = rng.randint(0, 30)
    wants = (
        f'takes a list of words and returns a dictionary from each word with "{letter}" in it to its length'
    )
    wants += f" plus {add}"
    body = f'return {{w: len(w) + {add} for w in x if "{letter}" in w}}'
    return Task(wants, body, lambda x: {w: len(w) + add for w in x if letter in w}, _wordlist)


def _position(rng: Random) -> Task:
    m, missing = rng.randint(0, 40), rng.choice((-1, -2, 0, 99, 100))
    wants = (
        f"takes a list of integers and returns the index of the first one greater than {m}, or {missing} if"
    )
    wants += " there is none"
    body = f"for i, n in enumerate(x):\n        if n > {m}:\n            return i\n    return {missing}"
    return Task(wants, body, lambda x: next((i for i, n in enumerate(x) if n > m), missing), _numbers)


def _running(rng: Random) -> Task:
    start, factor = rng.randint(-20, 40), rng.randint(2, 6)
    wants = f"takes a list of integers and returns the running totals of {factor} times each number, starting"
    wants += f" from {start} (the start itself is not in the result)"
    body = f"total, out = {start}, []\n    for n in x:\n        total += {factor} * n\n"
    body += "        out.append(total)\n    return out"

    def compute(x: list[int]) -> list[int]:
        return [start + factor * sum(x[: i + 1]) for i in range(len(x))]

    return Task(wants, body, compute, _numbers)


def _groups(rng: Random) -> Task:
    k, back = rng.randint(2, 5), rng.random() < 0.5
    drop = rng.randint(-10, 20)
    wants = f"takes a list of integers, drops all that equal {drop}, and cuts the rest into lists of {k}"
    wants += f" (the last may be shorter){', each reversed' if back else ''}; it returns the list of these"
    step = "[::-1]" if back else ""
    body = (
        f"x = [n for n in x if n != {drop}]\n    return [x[i:i + {k}]{step} for i in range(0, len(x), {k})]"
    )

    def compute(x: list[int]) -> list[list[int]]:
        kept = [n for n in x if n != drop]
        return [kept[i : i + k][:: -1 if back else 1] for i in range(0, len(kept), k)]

    return Task(wants, body, compute, _numbers)


_TASKS: tuple[Callable[[Random], Task], ...] = (
    _sum_of_multiples, _every_kth, _clamp, _count_letters, _swap, _long_words, _lengths, _position, _running,
    _groups,
)  # fmt: skip
_CASES = 8


def _item(rng: Random) -> Item:
    task = rng.choice(_TASKS)(rng)
    name = "_".join(rng.sample(WORDS, 2))
    arguments = [task.argument(rng) for _ in range(_CASES)]
    question = f"Write a Python function `{name}` that {task.wants}. Answer with the code only."
    cases: list[JsonValue] = [{"arguments": [x], "returns": task.compute(x)} for x in arguments]
    return Item(question, f"def {name}(x):\n    {task.body}\n", "code", {"function": name, "cases": cases})


CODE = Family(
    name="code",
    about="Python functions of one argument, of ten kinds, run on eight arguments each.",
    written=False,
    chance=0.0,
    items=generator("code", _item),
)
