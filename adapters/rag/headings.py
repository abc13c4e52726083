"""The sections of a Markdown text: what stands under which headings."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))??(?:[ \t]+#+)?[ \t]*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


@dataclass(frozen=True)
class Section:
    """The text under one heading, up to the next; `path` holds the headings above it, outermost first."""

    path: tuple[str, ...]
    text: str

    @property
    def heading(self) -> str:
        """The path as one text."""
        return " > ".join(self.path)


def sections(text: str) -> list[Section]:
    """The text cut at its headings (`# …` to `###### …`; lines in fenced code are none).

    A heading with nothing under it, not even a heading of a lower level, is its own section's text.

    >>> [(section.path, section.text) for section in sections("Hello.\\n# A\\nOne.\\n## B\\nTwo.")]
    [((), 'Hello.'), (('A',), 'One.'), (('A', 'B'), 'Two.')]
    """
    found: list[Section] = []
    above: list[tuple[int, str]] = []
    body: list[str] = []
    fence = ""

    def close(next_level: int) -> None:
        inner = "\n".join(body).strip()
        leaf = bool(above) and next_level <= above[-1][0]
        if inner or leaf:
            found.append(Section(tuple(title for _, title in above), inner or above[-1][1]))
        body.clear()

    for line in text.split("\n"):
        fence = _fence_after(line, fence)
        heading = None if fence else _HEADING.fullmatch(line.rstrip("\r"))
        if heading is None or not heading[2]:
            body.append(line)
            continue
        level = len(heading[1])
        close(level)
        above = [*((n, title) for n, title in above if n < level), (level, heading[2].strip())]
    close(0)
    return found


def _fence_after(line: str, fence: str) -> str:
    """The fence of code that is open after this line: its marks, or nothing."""
    mark = _FENCE.match(line)
    if mark is None:
        return fence
    if not fence:
        return mark[1]
    closes = mark[1].startswith(fence) and line.strip() == mark[1]
    return "" if closes else fence
