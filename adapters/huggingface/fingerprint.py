"""The hash of all that changes an answer of a local model."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from bakeoff.adapters import chat_prompt
from bakeoff.adapters.chat_prompt import Prompt
from bakeoff.adapters.huggingface.generation import Settings
from bakeoff.adapters.huggingface.loading import Load
from bakeoff.adapters.huggingface.sources import Source
from bakeoff.evals.identity import digest, file_digest

_PACKAGES = ("torch", "transformers", "tokenizers", "peft", "bitsandbytes")


def fingerprint(
    load: Load,
    adapter: Source | None,
    *,
    prompt: Prompt,
    template: str | None,
    settings: Settings,
    loaded_as: dict[str, Any],
    batch_size: int,
) -> str:
    """Hash over code, libraries, weights, prompt and settings.

    The batch's size is in it only below 32 bits: there a batch was seen to decide near ties, in float32
    never (see `HuggingFaceSystem`).
    """
    exact = loaded_as["dtype"] == "torch.float32" and load.quantization == "none"
    return digest(
        {
            "adapter": "huggingface",
            # the sources themselves: a stored answer is shared for ever, and a version is easily forgotten
            "code": [file_digest(path) for path in _sources()],
            "packages": {name: _version(name) for name in _PACKAGES},
            "model": load.source.identity(),
            "peft": None if adapter is None else adapter.identity(),
            "device": load.device,
            "quantization": load.quantization,
            "loaded_as": loaded_as,
            "prompt": prompt.model_dump(mode="json"),
            "chat_template": template,
            "batch_size": None if exact else batch_size,
            "settings": vars(settings) | {"stop": list(settings.stop)},
        }
    )


def _sources() -> list[Path]:
    return [*sorted(Path(__file__).parent.glob("*.py")), Path(chat_prompt.__file__)]


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
