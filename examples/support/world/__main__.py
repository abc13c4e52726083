"""`python -m bakeoff.examples.support.world` writes the demo's generated files where they ship."""

from importlib.resources import files
from pathlib import Path

from bakeoff.examples.support.world.shop import write

if __name__ == "__main__":
    print(f"{write(Path(str(files('bakeoff.examples.support'))))} files written")
