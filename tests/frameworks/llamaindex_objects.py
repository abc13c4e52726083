"""An engine that is made once, for the tests of the llamaindex adapter."""

from __future__ import annotations

from frameworks.llamaindex_app import chat_engine

CHAT = chat_engine("http://127.0.0.1:9/v1")
