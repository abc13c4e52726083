"""The vectors of the chunks, each embedded once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bakeoff.evals.protocols import Encoder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Vectors:
    """The vectors of the present chunks' texts. `embedded` counts the texts ever sent to the encoder."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder, self.embedded = encoder, 0
        self._known: dict[str, NDArray[np.float32]] = {}

    def keep(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Rows for the texts, shape (texts, dimensions); new ones are embedded, all others forgotten."""
        import numpy as np

        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        known = self._known
        if new:
            known = known | dict(zip(new, self.encoder.encode(new), strict=True))
            self.embedded += len(new)
        self._known = {text: known[text] for text in texts}
        return np.stack([known[text] for text in texts]) if texts else np.zeros((0, 0), dtype=np.float32)

    def of(self, text: str) -> NDArray[np.float32]:
        """One text's vector, as it is kept or made for this once."""
        held = self._known.get(text)
        vector: NDArray[np.float32] = self.encoder.encode([text])[0] if held is None else held
        return vector
