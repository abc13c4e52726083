"""Where in the config file a plug-in's complaint belongs: plug-ins know keys, not lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from bakeoff.evals.config_errors import KeyPath
from bakeoff.evals.config_model import Config
from bakeoff.evals.errors import InputError
from bakeoff.evals.sweeps import written_at
from bakeoff.evals.yaml_lines import read_yaml

_PART = re.compile(r"\[(\d+)\]|([^.\[]+)")
_SECTIONS = ("systems", "judge", "encoder", "suites", "documents", "dataset", "training", "slices")


@contextmanager
def located(config: Config) -> Iterator[None]:
    """Give an InputError that names a key of the config the file and the line of that key.

    Errors about other places (a line of a data file, say) pass as they are.
    """
    try:
        yield
    except InputError as error:
        path = _key_path(config, error.where)
        if path is None or type(error) is not InputError:
            raise
        file = read_yaml(config.path)
        if path[0] == "systems" and len(path) > 1:
            path = written_at(str(path[1]), path[2:], file.lines)
        line = file.line(path)
        raise InputError(error.what, where=f"{config.path}:{line}: {error.where}", todo=error.todo) from error


def _key_path(config: Config, where: str) -> KeyPath | None:
    """`systems.my.bot.url` → ("systems", "my.bot", "url"); None where it is no key of the config."""
    if where.startswith("family["):
        return _split(where)
    section, _, rest = where.partition(".")
    if section not in _SECTIONS:
        return None
    for name in sorted(config.systems, key=len, reverse=True):
        if section == "systems" and (rest == name or rest.startswith(f"{name}.")):
            return (section, name, *_split(rest[len(name) + 1 :]))
    return (section, *_split(rest))


def _split(dotted: str) -> KeyPath:
    """The parts of `examples[0].answer`, list items by index."""
    return tuple(int(index) if index else name for index, name in _PART.findall(dotted))
