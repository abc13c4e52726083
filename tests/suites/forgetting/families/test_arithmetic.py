"""The references of `arithmetic`, worked out again from the question's text alone."""

import re

from bakeoff.suites.forgetting.families.arithmetic import ARITHMETIC


def worked(question: str) -> int:
    """The value of the expression in a question."""
    text = question.replace("×", "*").replace("÷", "//")
    text = re.sub(r"the remainder of (\d+) divided by (\d+)", r"\1 % \2", text)
    text = re.sub(r"(\d+)% of (\d+)", r"\1 * \2 // 100", text)
    expression = re.search(r"[\d(][\d ()+*/%-]*", text)
    assert expression is not None
    return int(eval(expression[0]))


def test_references_are_right() -> None:
    for item in ARITHMETIC.items(5, 500):
        assert item.reference == str(worked(item.question)), item.question
