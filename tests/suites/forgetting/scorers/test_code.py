"""Code in answers: which block is run, what counts as the same result."""

import pytest
from pydantic import JsonValue

from bakeoff.suites.forgetting.scorers import SCORERS, Mark, check_spec
from bakeoff.suites.forgetting.scorers.code import read_code

DOUBLE = "def f(x):\n    return 2 * x\n"


def mark(answer: str, *cases: tuple[JsonValue, JsonValue]) -> Mark:
    spec: dict[str, JsonValue] = {
        "function": "f",
        "cases": [{"arguments": [a], "returns": r} for a, r in cases],
    }
    return SCORERS["code"](spec, "", answer, False)


@pytest.mark.parametrize(
    "answer",
    [
        DOUBLE,
        f"```python\n{DOUBLE}```",
        f"Here is the function:\n\n```py\n{DOUBLE}```\n\nIt doubles.",
        f"```\nimport math\n```\n\n```python\n{DOUBLE}```\n\n```\nf(2)\n```",
        f"```python\ndef f(x):\n    return x\n```\nBetter:\n```python\n{DOUBLE}```",
        "f = lambda x: x + x",
        f"{DOUBLE}\nprint(f(3))",
    ],
)
def test_what_is_run(answer: str) -> None:
    made = mark(answer, (2, 4), ("ab", "abab"))
    assert made.value == 1
    assert made.detail == {"passed": 2, "cases": 2, "error": None}


@pytest.mark.parametrize(
    ("answer", "passed", "error"),
    [
        ("def f(x):\n    return x", 1, None),
        ("def g(x):\n    return 2 * x", 0, "KeyError: 'f'"),
        ("Double it.", 0, "SyntaxError: invalid syntax (answer.py, line 1)"),
        ("def f(x):\n    return 1 / x", 0, "ZeroDivisionError: division by zero"),
        ("def f(x):\n    return {x}", 0, "TypeError: Object of type set is not JSON serializable"),
        ("def f(x):\n    raise SystemExit(0)", 0, "SystemExit: 0"),
    ],
)
def test_what_fails(answer: str, passed: int, error: str | None) -> None:
    made = mark(answer, (0, 0), (2, 4))
    assert made.value == 0
    assert (made.detail["passed"], made.detail["error"]) == (passed, error)


@pytest.mark.parametrize(
    ("body", "returns", "same"),
    [
        ("(1, 2)", [1, 2], True),
        ("3.0", 3, True),
        ("True", 1, False),
        ("1", True, False),
        ("[1]", [1, 2], False),
        ("{'a': (1,)}", {"a": [1]}, True),
        ("{'a': 1}", {"a": 1, "b": 2}, False),
        ("None", None, True),
        ("[True]", [1], False),
        ("'1'", 1, False),
    ],
)
def test_the_same_result(body: str, returns: JsonValue, same: bool) -> None:
    assert mark(f"def f(x):\n    return {body}", (0, returns)).value == same


def test_the_block_that_defines_the_function_is_read() -> None:
    assert read_code("```\na\n```\n```\ndef f(): 1\n```\n```\nf()\n```", "f") == "def f(): 1\n"
    assert read_code("```\na\n```\n```\nb\n```", "f") == "a\n"
    assert read_code("f = 1", "f") == "f = 1"


def test_specs_are_checked() -> None:
    cases: list[JsonValue] = [{"arguments": [1], "returns": 2}]
    assert check_spec("code", {"function": "f", "cases": cases}, DOUBLE) is None
    assert (
        check_spec("code", {"function": "f g", "cases": cases}, DOUBLE)
        == "spec.function: 'f g' is no name of a function"
    )
    assert check_spec("code", {"function": "f", "cases": []}, DOUBLE) is not None
    assert check_spec("code", {"function": "f", "cases": cases}, "def f(x): 0") is not None
