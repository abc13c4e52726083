"""What a system claims to be able to do, and which requests that rules out."""

from __future__ import annotations

from collections.abc import Iterable

from bakeoff.evals.errors import InputError, NotHeld
from bakeoff.evals.plugins import Wiring
from bakeoff.evals.records import Capability, Kind, Request

RETRIEVING_KINDS = frozenset({Kind.RAG, Kind.HYBRID})


def live_capabilities(wiring: Wiring, default: Iterable[Capability] = ()) -> frozenset[Capability]:
    """The capabilities of a live system: as stated in the config, else the default; always `live`."""
    stated = default if wiring.capabilities is None else wiring.capabilities
    return frozenset(stated) | {Capability.LIVE}


def forbid(
    capabilities: frozenset[Capability], unsupported: Iterable[Capability], *, where: str, why: str
) -> None:
    """Refuse capabilities that an adapter, wired like this, cannot have."""
    wrong = sorted(capabilities & set(unsupported))
    if wrong:
        raise InputError(
            f"capabilities claim {', '.join(wrong)}, but {why}", where=where, todo="correct the claim"
        )


def refuse_unsupported(request: Request, capabilities: frozenset[Capability], name: str) -> None:
    """Raise `NotHeld` for a request with overrides that the system would ignore: a mislabelled answer."""
    asked = {
        Capability.ACCEPTS_CONTEXTS: request.contexts is not None,
        Capability.ACCEPTS_RENDERING: request.rendering.mode != "own",
        Capability.ACCEPTS_DOCUMENTS: request.documents is not None,
    }
    lacking = sorted(
        capability for capability, wanted in asked.items() if wanted and capability not in capabilities
    )
    if lacking:
        raise NotHeld(f"{name} does not offer: {', '.join(lacking)}")


def system_key(wiring: Wiring) -> str:
    """Where a system is configured, for error messages."""
    return f"systems.{wiring.name}"
