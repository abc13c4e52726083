"""`python -m bakeoff`."""

from bakeoff.cli.app import main

main()
