"""The project's chores. All sessions share the environment that nox itself runs in, so that set-up is
paid once; only `package` makes another, to meet the wheel as a user would."""

from __future__ import annotations

import hashlib
import shutil
import sys
import sysconfig
import tempfile
import venv
from pathlib import Path

import nox

ROOT = Path(__file__).resolve().parent
CONSTRAINTS = ROOT / "constraints.txt"
STAMP = Path(sys.prefix) / ".bakeoff-installed"
PYTHON = sys.executable
EXTRAS = "embedded,rag,local"
CHECKS = ROOT / "tests" / "package"
PEERS = CHECKS / "peers.txt"
EVALS = "evals==3.0.1.post1"
# PyPI's adapters, and what importing PyPI's evals takes of its very long list of dependencies
NEEDED = ("adapters", "blobfile", "lz4", "backoff")
QUIET = {"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "RAGAS_DO_NOT_TRACK": "true"}

FRAMEWORKS = ("langchain", "llamaindex", "haystack", "dspy")
LEFT_OPEN = (
    "ResourceWarning",
    "pytest.PytestUnraisableExceptionWarning",
    "pytest.PytestUnhandledThreadExceptionWarning",
)

nox.options.default_venv_backend = "none"
nox.options.sessions = ["tests", "lint", "types"]
nox.options.error_on_external_run = False


def set_up(session: nox.Session) -> None:
    """Install bakeoff in place with its extras and tools, unless that was done for these very files."""
    wanted = hashlib.sha256((ROOT / "pyproject.toml").read_bytes() + CONSTRAINTS.read_bytes()).hexdigest()
    if STAMP.exists() and STAMP.read_text() == wanted:
        return
    if sys.prefix == sys.base_prefix:
        session.error("run this through `python3 dev.py`, which makes an environment first")
    pip = (PYTHON, "-m", "pip", "install", "--quiet", "--constraint", str(CONSTRAINTS))
    # torch first and alone: its build is pinned, and nothing else may choose another
    session.run(*pip, "torch", external=True)
    session.run(PYTHON, "-m", "pip", "install", "--quiet", "--upgrade", "pip>=25.1", external=True)
    session.run(
        *pip, "--editable", f"{ROOT}[{EXTRAS}]", "--group", f"{ROOT / 'pyproject.toml'}:dev", external=True
    )
    STAMP.write_text(wanted)


def tool(name: str) -> str:
    """The path of a console script of this environment."""
    return str(Path(PYTHON).with_name(name))


@nox.session
def demo(session: nox.Session) -> None:
    """The main job on the embedded example: every system, every suite, the table."""
    set_up(session)
    session.run(tool("bakeoff"), "demo", *session.posargs, env=QUIET, external=True)


@nox.session
def tests(session: nox.Session) -> None:
    """The default suite, on two cores; a file's tests stay together."""
    set_up(session)
    session.run(tool("pytest"), "-n", "2", "--dist", "loadfile", *session.posargs, env=QUIET, external=True)


@nox.session
def slow(session: nox.Session) -> None:
    """The tests that take minutes."""
    set_up(session)
    slow = ("-m", "slow", "-n", "2", "--dist", "loadfile")
    session.run(tool("pytest"), *slow, *session.posargs, env=QUIET, external=True)


@nox.session
def lint(session: nox.Session) -> None:
    """Style, and the direction of imports."""
    set_up(session)
    session.run(tool("ruff"), "check", ".", external=True)
    session.run(tool("ruff"), "format", "--check", ".", external=True)
    session.run(tool("lint-imports"), external=True, env={"PYTHONPATH": "src"})


@nox.session
def types(session: nox.Session) -> None:
    """mypy, strict, over sources and tests."""
    set_up(session)
    session.run(tool("mypy"), external=True)


@nox.session
def bench(session: nox.Session) -> None:
    """Throughput and memory against a counting server, ragas beside us."""
    set_up(session)
    session.run(PYTHON, "-m", "benchmarks", *session.posargs, env=QUIET, external=True)


@nox.session
@nox.parametrize("framework", FRAMEWORKS, ids=FRAMEWORKS)
def frameworks(session: nox.Session, framework: str) -> None:
    """One framework's adapter against the real library, in an environment of its own."""
    set_up(session)
    python = framework_environment(session, framework)
    # -P: the root's folders must not stand in for packages of the same names. Ignored is what the
    # frameworks' own clients and stores leave open when a loop ends: nothing of ours can close it.
    pytest = [python, "-P", "-m", "pytest"]
    for warning in LEFT_OPEN:
        pytest += ["-W", f"ignore::{warning}"]
    env = {**QUIET, "BAKEOFF_FRAMEWORK": framework}
    # one run each, because pytest fails where it finds no test
    session.run(*pytest, "tests/adapters/test_contract.py", *session.posargs, env=env, external=True)
    session.run(*pytest, f"tests/frameworks/test_{framework}.py", *session.posargs, env=env, external=True)


def framework_environment(session: nox.Session, framework: str) -> str:
    """An environment with the framework's packages over those of this one; its Python.

    The packages that both need are this environment's, since installing torch and the rest of the core four
    times takes longer than all the tests. The framework's own versions come first on the path.
    """
    packages = ROOT / "tests" / "frameworks" / f"{framework}.txt"
    parts = [(ROOT / "pyproject.toml").read_bytes(), CONSTRAINTS.read_bytes(), packages.read_bytes()]
    wanted = hashlib.sha256(b"".join(parts)).hexdigest()
    folder = ROOT / ".nox" / f"frameworks-{framework}"
    stamp = folder / ".installed"
    python = str(folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python"))
    if stamp.exists() and stamp.read_text() == wanted:
        return python
    venv.create(folder, clear=True)
    purelib = sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)})
    # as a site folder, so that the editable bakeoff in it counts
    base = f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n"
    Path(purelib, "base.pth").write_text(base, encoding="utf-8")
    if any(line and not line.startswith("#") for line in packages.read_text().splitlines()):
        pip = (PYTHON, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-compile")
        session.run(*pip, "--requirement", str(packages), external=True)
    stamp.write_text(wanted)
    return python


@nox.session
def package(session: nox.Session) -> None:
    """sdist → wheel → a new environment beside PyPI's `evals` and `adapters` → the demo, away from here."""
    set_up(session)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        session.run(
            PYTHON, "-m", "build", "--sdist", "--outdir", str(folder), str(ROOT), external=True, silent=True
        )
        unpacked = folder / "unpacked"
        shutil.unpack_archive(next(folder.glob("*.tar.gz")), unpacked)
        source = next(unpacked.iterdir())
        session.run(
            PYTHON, "-m", "build", "--wheel", "--outdir", str(folder), str(source), external=True, silent=True
        )
        wheel = next(folder.glob("*.whl"))
        user = environment(session, folder / "user", f"{wheel}[{EXTRAS}]", CONSTRAINTS)
        peers = environment(session, folder / "peers", str(wheel), PEERS)
        session.run(
            *peers, "-m", "pip", "install", "--quiet", "--constraint", str(PEERS), *NEEDED, external=True
        )
        session.run(*peers, "-m", "pip", "install", "--quiet", "--no-deps", EVALS, external=True)
        away = folder / "away"
        away.mkdir()
        with session.chdir(away):
            session.run(*user, "-I", str(CHECKS / "check_wheel.py"), str(wheel), external=True)
            session.run(*user, "-m", "bakeoff", "demo", "--quiet", env=QUIET, external=True)
            # evals builds an OpenAI client when imported, and only wants to see that a key is set
            peers_env = {"OPENAI_API_KEY": "none"}
            session.run(*peers, "-I", str(CHECKS / "check_peers.py"), env=peers_env, external=True)


def environment(session: nox.Session, folder: Path, wheel: str, constraints: Path) -> tuple[str]:
    """A new environment with the wheel in it; its Python, as the start of a command."""
    venv.create(folder, with_pip=True)
    python = str(folder / ("Scripts" if sys.platform == "win32" else "bin") / "python")
    pip = (python, "-m", "pip", "install", "--quiet", "--constraint", str(constraints))
    session.run(*pip, "torch", external=True)
    session.run(*pip, wheel, external=True)
    return (python,)
