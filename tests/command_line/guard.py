"""Run bakeoff's command line with every socket watched: `python guard.py ADDRESSES REPORT command …`.

ADDRESSES is a JSON list of allowed [host, port]; anything else, and every name that would have to be looked
up, is refused. REPORT gets a JSON list of all that was tried, allowed or not. An audit hook sees what any
library does through Python's sockets, in any thread, and cannot be taken off again.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

EVENTS = (
    "socket.connect",
    "socket.sendto",
    "socket.sendmsg",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "socket.gethostbyaddr",
    "socket.getnameinfo",
)
"""All that sends, or looks up a name. Not binding: urllib3 binds to ::1 to see whether there is IPv6."""

STARTS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn")
HARMLESS = ("uname", "/usr/bin/uname")
"""Programs that Python's own `platform` starts to learn the processor's name."""


class Forbidden(OSError):
    """A socket went where the config names nothing."""


def address_of(event: str, arguments: tuple[Any, ...]) -> list[Any] | None:
    """[host, port] that an event is about; None for sockets that stay on this machine's file system."""
    if event == "socket.getaddrinfo":
        return [arguments[0], arguments[1]]
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        return list(address[:2]) if isinstance(address, tuple) else None
    return [arguments[0], None]


def watch(allowed: list[list[Any]], report: Path) -> None:
    """Install the hook. What a process that is started here does, it does not see: reported, too."""

    def note(event: str, address: list[Any]) -> None:
        with report.open("a", encoding="utf-8") as file:
            file.write(json.dumps([event, *map(str, address)]) + "\n")

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event in STARTS and arguments[0] not in HARMLESS:
            note(event, [arguments[0], None])
        if event not in EVENTS:
            return
        address = address_of(event, arguments)
        if address is None:
            return
        note(event, address)
        if [str(part) for part in address] not in [[str(part) for part in entry] for entry in allowed]:
            raise Forbidden(f"{event} {address} is not in the config")

    sys.addaudithook(hook)


def main() -> None:
    allowed, report, *command = sys.argv[1:]
    watch(json.loads(allowed), Path(report))
    sys.argv = ["bakeoff", *command]
    from bakeoff.cli.app import main as run

    run()


if __name__ == "__main__":
    main()
