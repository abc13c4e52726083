"""The passages that an answer can cite, and the names that each goes by."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bakeoff.evals.records import Context

Places = tuple[int, ...]
"""Which of the response's contexts something names, counted from 0; empty: none."""

_TOKEN = re.compile(r"[^\s()<>\"'“”‘’,;\[\]]+")


@dataclass(frozen=True)
class Passages:
    """The contexts of one response. `ids` wins over a number, a number over `sources`."""

    texts: tuple[str, ...]
    ids: Mapping[str, Places]
    sources: Mapping[str, Places]
    titles: Mapping[str, Places]

    def named(self, name: str) -> Places:
        """The passages of exactly that id or source; none where there is no such."""
        return self.ids.get(name) or self.sources.get(name) or ()

    def numbered(self, number: int) -> Places:
        """The passage of that number, counted from 1 over the contexts; none where it is out of range."""
        return (number - 1,) if 1 <= number <= len(self.texts) else ()

    def of_source(self, source: str) -> Places:
        """What a structured citation names: all passages of that document, else the passage of that id."""
        return self.sources.get(source) or self.ids.get(source) or ()

    def described(self, text: str) -> Places:
        """The passages that an entry of a list of sources names: by id, source or title, or within it."""
        whole = text.strip()
        found = self.named(whole) or self.titles.get(whole.casefold(), ())
        for token in () if found else _TOKEN.findall(whole):
            found = found or self.named(token) or self.named(token.rstrip(".:"))
        return found

    def joined(self, citations: Iterable[Places]) -> str:
        """The text of all passages named, each once, in the order of the contexts."""
        return "\n".join(self.texts[place] for place in sorted({p for places in citations for p in places}))


def passages_of(contexts: Sequence[Context] | None) -> Passages:
    """The passages of a response; each text under its document's title, where its metadata has one."""
    ids: dict[str, Places] = {}
    sources: dict[str, Places] = {}
    titles: dict[str, Places] = {}
    for place, context in enumerate(contexts or ()):
        _add(ids, context.id, place)
        for name in dict.fromkeys((context.source, context.metadata.get("url"))):
            _add(sources, name, place)
        title = context.metadata.get("title")
        _add(titles, title.strip().casefold() if isinstance(title, str) else None, place)
    return Passages(tuple(_shown(context) for context in contexts or ()), ids, sources, titles)


def _add(names: dict[str, Places], name: object, place: int) -> None:
    if isinstance(name, str) and name.strip():
        names[name.strip()] = (*names.get(name.strip(), ()), place)


def _shown(context: Context) -> str:
    title = context.metadata.get("title")
    headed = isinstance(title, str) and title.strip() and not context.text.startswith(title)
    return f"Title: {title}\n{context.text}" if headed else context.text
