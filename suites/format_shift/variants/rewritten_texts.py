"""What a language model rewrote, kept in a folder: one small JSON file for each prompt."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from bakeoff.evals.errors import InputError
from bakeoff.evals.identity import digest_all


@dataclass(frozen=True)
class RewrittenTexts:
    """Texts by the system's fingerprint and the prompt. Readable, so that a person can check them."""

    folder: Path

    def get(self, fingerprint: str, prompt: str) -> str | None:
        """The kept text; None where there is none, or where its file is damaged."""
        try:
            kept = json.loads(self._path(fingerprint, prompt).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        text = kept.get("text") if isinstance(kept, dict) and kept.get("prompt") == prompt else None
        return text if isinstance(text, str) else None

    def put(self, fingerprint: str, prompt: str, text: str) -> None:
        """Keep a text. A process that is killed meanwhile leaves no half-written file in its place."""
        path = self._path(fingerprint, prompt)
        part = path.with_suffix(f".{os.getpid()}.part")
        content = json.dumps({"system": fingerprint, "prompt": prompt, "text": text}, indent=1)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            part.write_text(content + "\n", encoding="utf-8")
            part.replace(path)
        except OSError as error:
            raise InputError(
                f"cannot keep rewritten questions ({error})",
                where=str(self.folder),
                todo="name a folder that can be written to",
            ) from None

    def _path(self, fingerprint: str, prompt: str) -> Path:
        return self.folder / f"{digest_all([fingerprint, prompt])}.json"
