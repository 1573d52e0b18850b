"""One long session on a stepped exchange in this process: ``python -m soak.year 2024-01 2025-01``."""

from __future__ import annotations

import json
import sys

import mbats as mb
from mbats.strategies.samples.rsi_bracket import RsiBracket


def main() -> None:
    """Trade the range and print what it came to."""
    since, until = sys.argv[1:]
    data = mb.snapshot(["EUR_USD"], "H1", "2023-10", until)
    explained = mb.paper(RsiBracket(), data, since=since).explain()
    print(json.dumps({"live": str(explained.live), "unexplained": str(explained.unexplained)}))


if __name__ == "__main__":
    main()
