"""Set up the development environment once, then run nox sessions in it.

    python3 dev.py demo          set up, and run the main job on the embedded example
    python3 dev.py tests lint    set up where needed, and run these sessions
    python3 dev.py               list the sessions

Needs Python 3.11 or newer with venv, and nothing else: pip is only called inside `.venv`, so it also
works on systems that forbid it outside an environment.
"""

import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def main(sessions: list[str]) -> int:
    if sys.version_info < (3, 11):
        sys.exit("bakeoff needs Python 3.11 or newer; run this file with one")
    if not PYTHON.exists():
        venv.create(ENVIRONMENT, with_pip=True)
    if subprocess.run([PYTHON, "-c", "import nox"], stderr=subprocess.DEVNULL).returncode:
        install = [PYTHON, "-m", "pip", "install", "--quiet", "--constraint", ROOT / "constraints.txt", "nox"]
        subprocess.run(install, check=True)
    wanted = ["--session", *sessions] if sessions else ["--list"]
    return subprocess.run([PYTHON, "-m", "nox", "--noxfile", ROOT / "noxfile.py", *wanted]).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
