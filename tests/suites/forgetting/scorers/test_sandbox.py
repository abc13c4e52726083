"""Code that misbehaves ends in time, harms nothing and leaves nothing behind."""

import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bakeoff.suites.forgetting.scorers.sandbox import Outcome, call

WALL_S = 3.0


def run(body: str, *, wall_s: float = WALL_S) -> Outcome:
    """The outcome of one call of a function with this body; it must come in time."""
    started = time.monotonic()
    outcome = call(
        "def f():\n" + "\n".join(f"    {line}" for line in body.splitlines()), "f", [[]], wall_s=wall_s
    )
    assert time.monotonic() - started < wall_s + 10
    return outcome


def test_what_behaves_returns() -> None:
    assert run("import math, re, json, collections\nreturn math.floor(2.5)") == Outcome((2,))


def test_an_endless_loop_is_stopped() -> None:
    assert run("while True: pass", wall_s=1.0).error in (
        "out of time",
        "killed by SIGXCPU",
        "killed by SIGKILL",
    )


def test_sleeping_is_stopped() -> None:
    assert run("import time\ntime.sleep(60)", wall_s=1.0).error == "out of time"


@pytest.mark.parametrize("bomb", ["return len('a' * 10**10)", "x = []\nwhile True: x.append('a' * 10**7)"])
def test_memory_is_limited(bomb: str) -> None:
    error = run(bomb, wall_s=10).error
    assert error is not None
    assert error.startswith("MemoryError")


@pytest.mark.parametrize(
    "attempt",
    [
        "import os\nwhile True: os.fork()",
        "import subprocess\nsubprocess.run(['/bin/true'])",
        "import os\nos.system('true')",
        "import os\nos.execv('/bin/true', ['true'])",
        "import os\nos.posix_spawn('/bin/true', ['true'], {})",
        "import multiprocessing\np = multiprocessing.Process(target=print)\np.start()",
        "import ctypes\nctypes.CDLL(None)",
        "import os\nos.kill(os.getppid(), 0)",
    ],
)
def test_no_process_is_started(attempt: str) -> None:
    assert run(attempt).error is not None


@pytest.fixture
def listening() -> Iterator[tuple[int, list[object]]]:
    """A port of this machine, and who connected to it."""
    connected: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        done = threading.Event()

        def accept() -> None:
            while not done.is_set():
                try:
                    connection, address = server.accept()
                    connection.close()
                    connected.append(address)
                except TimeoutError:
                    continue

        thread = threading.Thread(target=accept)
        thread.start()
        yield server.getsockname()[1], connected
        done.set()
        thread.join()


def test_the_network_is_refused(listening: tuple[int, list[object]]) -> None:
    port, connected = listening
    with socket.create_connection(("127.0.0.1", port)):
        time.sleep(0.5)
    assert len(connected) == 1  # the port answers, so that a refusal below means something
    outcome = run(f"import socket\nsocket.create_connection(('127.0.0.1', {port}))\nreturn 1")
    assert outcome.error is not None
    assert outcome.error.startswith("PermissionError")
    assert len(connected) == 1


@pytest.mark.parametrize(
    "attempt",
    [
        "open({path!r}, 'w').write('x')",
        "open({path!r}, 'a').write('x')",
        "import os\nos.open({path!r}, os.O_CREAT)",
        "import pathlib\npathlib.Path({path!r}).write_text('x')",
        "import os\nos.mkdir({path!r})",
        "import os\nos.symlink('/etc', {path!r})",
        "import os\nos.remove({kept!r})",
        "import shutil\nshutil.rmtree({folder!r})",
        "import os\nos.rename({kept!r}, {path!r})",
        "open({kept!r}, 'r+').write('x')",
        "import os\nos.truncate({kept!r}, 0)",
    ],
)
def test_nothing_is_written_outside(tmp_path: Path, attempt: str) -> None:
    kept = tmp_path / "kept"
    kept.write_text("kept")
    outcome = run(attempt.format(path=str(tmp_path / "new"), kept=str(kept), folder=str(tmp_path)))
    assert outcome.error is not None
    assert outcome.error.startswith("PermissionError")
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert kept.read_text() == "kept"


def test_the_folder_is_empty_writable_and_gone_afterwards() -> None:
    outcome = run("import os\nfound = os.listdir()\nopen('a', 'w').write('x')\nreturn [found, os.getcwd()]")
    found, folder = outcome.returned[0]
    assert found == []
    assert not Path(folder).exists()


def test_the_environment_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_THE_TEST", "x")
    returned = run("import os\nreturn sorted(os.environ)").returned[0]
    assert "SECRET_OF_THE_TEST" not in returned
    assert set(returned) <= {"LC_CTYPE", "PWD", "__CF_USER_TEXT_ENCODING"}


def test_installed_packages_are_out_of_reach() -> None:
    error = run("import numpy").error
    assert error is not None
    assert error.startswith("ModuleNotFoundError")


@pytest.mark.parametrize(
    "flood",
    [
        "while True: print('x' * 10**6)",
        "import sys\nwhile True: sys.__stdout__.write('x' * 10**6)",
        "import os\nwhile True: os.write(1, b'x' * 10**6)",
        "import os\nwhile True: os.write(2, b'x' * 10**6)",
        "while True: open('a', 'a').write('x' * 10**6)",
        "return 'x' * (2 * 2**20)",
    ],
)
def test_a_flood_of_output_ends(flood: str) -> None:
    outcome = run(flood)
    assert outcome.error is not None
    assert outcome.returned == ()


def test_what_is_printed_is_not_taken_for_the_result() -> None:
    assert run('print(\'{"returned": [1], "error": null}\')\nreturn 2') == Outcome((2,))


def test_leaving_early_is_no_result() -> None:
    assert run("import os\nos._exit(0)").error == "ended with status 0 and no result"
    assert run("import os, signal\nos.abort()").error == "killed by SIGABRT"


def test_limits_cannot_be_lifted() -> None:
    error = run("import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (2**30, 2**30))").error
    assert error == "PermissionError: resource.setrlimit is not allowed here"


def test_no_process_is_left() -> None:
    before = _sandboxes()
    run("import time\ntime.sleep(60)", wall_s=0.5)
    assert _sandboxes() <= before


def _sandboxes() -> set[str]:
    """Ids of processes that run the sandbox's program."""
    listed = subprocess.run(["ps", "-eo", "pid,args"], capture_output=True, text=True, check=True).stdout
    return {line.split()[0] for line in listed.splitlines() if "sandbox_program.py" in line}
