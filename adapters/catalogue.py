"""The adapters, judges and encoders that ship with bakeoff."""

from __future__ import annotations

from typing import Any

from bakeoff.adapters import command, http, openai, python, recorded
from bakeoff.adapters.encoders import embedded, sentence_transformers
from bakeoff.adapters.huggingface import plugin as huggingface
from bakeoff.adapters.judges import offline
from bakeoff.adapters.judges import openai as openai_judge
from bakeoff.adapters.rag import plugin as rag
from bakeoff.evals.plugins import Plugin

ADAPTERS: tuple[Plugin[Any], ...] = (
    python.PLUGIN,
    http.PLUGIN,
    openai.PLUGIN,
    command.PLUGIN,
    recorded.PLUGIN,
    rag.PLUGIN,
    huggingface.PLUGIN,
)

JUDGES: tuple[Plugin[Any], ...] = (offline.PLUGIN, openai_judge.PLUGIN)

ENCODERS: tuple[Plugin[Any], ...] = (embedded.PLUGIN, sentence_transformers.PLUGIN)
