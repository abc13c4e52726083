"""What runs inside the sandbox: takes a task as JSON on stdin, prints `{"returned": …, "error": …}`.

Run by its path with `python -I -S`, never imported by the package: it must not need anything of ours.
"""

import io
import json
import os
import resource
import sys
from typing import Any

_FORBIDDEN = (
    "socket.",
    "subprocess.",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.exec",
    "os.system",
    "os.kill",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.mkdir",
    "os.link",
    "os.symlink",
    "os.truncate",
    "os.chmod",
    "os.chown",
    "os.putenv",
    "os.chdir",
    "shutil.",
    "ctypes.",
    "pty.spawn",
    "signal.pthread_kill",
    "resource.setrlimit",
    "resource.prlimit",
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def limit(task: dict[str, Any]) -> None:
    """Set the limits of this process; each is hard, so that the code cannot lift it."""
    wanted = {
        resource.RLIMIT_CPU: task["cpu_s"],
        resource.RLIMIT_FSIZE: task["file_bytes"],
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_AS: task["memory_bytes"],
    }
    for kind, most in wanted.items():
        try:
            resource.setrlimit(kind, (most, most))
        except (ValueError, OSError):
            if sys.platform != "darwin":  # which cannot limit the address space
                raise


def guard(folder: str) -> None:
    """Refuse processes, sockets, and writing outside the folder; an audit hook cannot be taken off."""

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(_FORBIDDEN) or (event == "open" and _writes_outside(folder, arguments)):
            raise PermissionError(f"{event} is not allowed here")

    sys.addaudithook(hook)


def _writes_outside(folder: str, arguments: tuple[Any, ...]) -> bool:
    path, _, flags = arguments
    if not isinstance(flags, int) or not flags & _WRITING:
        return False
    if isinstance(path, int):
        return False
    return os.path.commonpath([folder, os.path.realpath(os.fsdecode(path))]) != folder


def run(task: dict[str, Any]) -> dict[str, Any]:
    """Run the code, call its function; the first error ends it."""
    returned: list[Any] = []
    try:
        names: dict[str, Any] = {"__name__": "answer"}
        exec(compile(task["code"], "answer.py", "exec"), names)
        for arguments in task["arguments"]:
            value = names[task["function"]](*arguments)
            returned.append(json.loads(json.dumps(value, allow_nan=False)))
    except BaseException as error:  # SystemExit and MemoryError too: all of them are the answer's
        return {"returned": returned, "error": f"{type(error).__name__}: {error}"[:200]}
    return {"returned": returned, "error": None}


if __name__ == "__main__":
    given = json.load(sys.stdin)
    result, sys.stdout, sys.stdin = sys.stdout, open(os.devnull, "w"), io.StringIO()  # noqa: SIM115, PTH123
    limit(given)
    guard(os.path.realpath(os.getcwd()))  # noqa: PTH109
    json.dump(run(given), result)
    result.flush()
    os._exit(0)  # the code's own threads and exit handlers have no say any more
