"""These tests need a framework's own environment: `nox -s frameworks` makes it, and says so here."""

from __future__ import annotations

import os

collect_ignore_glob = [] if os.environ.get("BAKEOFF_FRAMEWORK") else ["*.py"]
