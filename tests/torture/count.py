"""``make torture-count``: writes what the last torture found into README.md, between its two marks."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from torture.report import FILE

README = Path("README.md")
_MARKED = re.compile("(<!-- torture -->).*?(<!-- /torture -->)", re.DOTALL)


def sentence(facts: dict) -> str:
    """Say what a torture found."""
    deaths, faults = sum(facts["deaths"].values()), sum(facts["faults"].values())
    ended = "no failure" if not facts["failures"] else f"{len(facts['failures'])} failures"
    return (
        f"{facts['schedules']:,} schedules ({facts['by_kill']:,} of them by `kill -9`) with {deaths:,} deaths, "
        f"{faults:,} network faults and {facts['orders']:,} orders: {ended}"
    )


def main() -> int:
    """Write the line; 1 where there is nothing to tell, or no place for it."""
    if not FILE.exists():
        print(f"There is no {FILE}: run `make torture` first.", file=sys.stderr)
        return 1
    text = README.read_text(encoding="utf-8")
    told = sentence(json.loads(FILE.read_text(encoding="utf-8")))
    new, count = _MARKED.subn(rf"\g<1>{told}\g<2>", text)
    if count != 1:
        print("README.md has no place for it: <!-- torture --><!-- /torture -->", file=sys.stderr)
        return 1
    README.write_text(new, encoding="utf-8")
    print(told)
    return 0


if __name__ == "__main__":
    sys.exit(main())
