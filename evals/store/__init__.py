"""The store: responses, judgements and scores by content key, and runs that point at them."""

from bakeoff.evals.store.store import Store, open_store

__all__ = ["Store", "open_store"]
