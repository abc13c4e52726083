"""The reporters that ship with bakeoff."""

from __future__ import annotations

from typing import Any

from bakeoff.evals.plugins import Plugin
from bakeoff.reports import csv, json, learning_plot, markdown, terminal

REPORTERS: tuple[Plugin[Any], ...] = (
    terminal.PLUGIN,
    markdown.PLUGIN,
    csv.PLUGIN,
    json.PLUGIN,
    learning_plot.PLUGIN,
)
