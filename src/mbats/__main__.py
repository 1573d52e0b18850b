"""Run ``python -m mbats``."""

from mbats.cli import main

main()
