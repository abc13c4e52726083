"""The repository's layout: links and folders, the direction of imports, and the names that are taken."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import bakeoff

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("adapters", "suites", "evals", "reports", "examples")
SAYING_NOTHING = {"utils", "util", "common", "base", "helpers", "helper", "misc", "shared"}


def modules() -> Iterator[Path]:
    """All Python files of the sources, by their real paths."""
    for folder in (*FOLDERS, "src"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if path.resolve() == path:  # src holds links to the folders
                yield path


@pytest.mark.parametrize("name", FOLDERS)
def test_the_package_is_a_link_to_the_folder(name: str) -> None:
    link, folder = ROOT / "src" / "bakeoff" / name, ROOT / name
    assert link.is_symlink()
    assert link.readlink() == Path("..") / ".." / name  # relative, so that it holds in every checkout
    assert link.samefile(folder)
    for path in folder.rglob("*.py"):
        assert (link / path.relative_to(folder)).samefile(path)


@pytest.mark.parametrize("name", FOLDERS)
def test_what_is_imported_is_the_folder(name: str) -> None:
    module = __import__(f"bakeoff.{name}", fromlist=["__path__"])
    assert Path(str(module.__file__)).resolve() == ROOT / name / "__init__.py"


def test_no_module_is_called_after_nothing() -> None:
    found = [path for path in modules() if {path.stem, *path.relative_to(ROOT).parts[:-1]} & SAYING_NOTHING]
    assert found == []


def test_every_package_can_be_imported_as_one() -> None:
    """A folder with modules has an `__init__.py`, or the wheel's tools would take it for data."""
    folders = {path.parent for path in modules() if path.parent != ROOT / "src"}
    assert [folder for folder in sorted(folders) if not (folder / "__init__.py").is_file()] == []


def test_imports_are_absolute_and_by_the_packages_name() -> None:
    """Bare `import evals` would find PyPI's."""
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{path}:{node.lineno}"
                names = [node.module or ""]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            else:
                continue
            assert not {name.partition(".")[0] for name in names} & set(FOLDERS), f"{path}:{node.lineno}"


def test_a_package_names_what_it_exports_and_no_more_than_it_has() -> None:
    for path in modules():
        if path.name != "__init__.py":
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        bound = {alias.asname or alias.name for node in tree.body for alias in _imported(node)}
        named = next((ast.literal_eval(node.value) for node in tree.body if _is_all(node)), None)  # type: ignore[attr-defined]
        public = {name for name in bound if not name.startswith("_")}
        if named is not None and "__getattr__" not in path.read_text(encoding="utf-8"):
            assert sorted(set(named)) == sorted(named), path
            assert public <= set(named) | {"annotations"}, path


def _imported(node: ast.stmt) -> list[ast.alias]:
    if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bakeoff"):
        return node.names
    return []


def _is_all(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["__all__"]


def test_the_public_names_are_these_and_load_when_used() -> None:
    assert sorted(bakeoff.__all__) == [
        "BakeoffError",
        "CheckResult",
        "Comparison",
        "Config",
        "GateResult",
        "InputError",
        "RunIncomplete",
        "SamplePlan",
        "State",
        "Verdict",
        "accept",
        "changed_items",
        "compare",
        "compare_accepted",
        "compare_runs",
        "gate",
        "load_config",
        "plan",
        "run",
        "sign",
    ]
    for name in bakeoff.__all__:
        value = getattr(bakeoff, name)
        assert value.__name__ == name
        assert value.__doc__
    assert set(dir(bakeoff)) == set(bakeoff.__all__)
    with pytest.raises(AttributeError, match="'bakeoff' has no attribute 'runn'"):
        _ = bakeoff.runn


def lint_imports(checkout: Path) -> subprocess.CompletedProcess[str]:
    """import-linter with a checkout's own contracts, over that checkout's packages."""
    code = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    return subprocess.run(
        [sys.executable, "-c", code, "--no-cache"],
        cwd=checkout,
        env={"PYTHONPATH": str(checkout / "src"), "PYTHONUTF8": "1", "COLUMNS": "200"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the sources, links as links."""
    for name in (*FOLDERS, "src"):
        ignored = shutil.ignore_patterns("__pycache__", "docs")
        shutil.copytree(ROOT / name, tmp_path / name, symlinks=True, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_imports_keep_their_direction() -> None:
    checked = lint_imports(ROOT)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "3 kept, 0 broken" in checked.stdout


PLANTED = {
    "the kernel knows an adapter": ("evals/records.py", "from bakeoff.adapters import python"),
    "a new module of the kernel knows a suite": ("evals/planted.py", "import bakeoff.suites.catalogue"),
    "the kernel knows a report, inside a function": (
        "evals/identity.py",
        "def planted() -> None:\n    from bakeoff.reports import json\n    print(json)",
    ),
    "the kernel knows who assembles": ("evals/runner.py", "from bakeoff import assemble"),
    "a suite knows an adapter": ("suites/planted.py", "from bakeoff.adapters import http"),
    "an adapter knows a suite": ("adapters/python.py", "from bakeoff.suites import catalogue"),
    "a report knows a suite": ("reports/markdown.py", "from bakeoff.suites.ragas import suite"),
    "an adapter knows the command line": ("adapters/http.py", "from bakeoff.cli import app"),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_import_fails_the_check(name: str, checkout: Path) -> None:
    file, line = PLANTED[name]
    path = checkout / file
    path.write_text((path.read_text() if path.exists() else '"""Planted."""\n') + f"\n\n{line}\n")
    checked = lint_imports(checkout)
    assert checked.returncode == 1, checked.stdout + checked.stderr
    assert "BROKEN" in checked.stdout
    planted = "bakeoff." + file.removesuffix(".py").replace("/", ".")
    assert planted in checked.stdout


def test_the_copy_passes_before_anything_is_planted(checkout: Path) -> None:
    assert lint_imports(checkout).returncode == 0
