"""Ask for known weaknesses of every package in every lock; ends with 1 where there are some.

A package that the advisory service does not know is no finding; a service that cannot be reached is said, and no
failure: then nothing is known.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 300


def main() -> int:
    """Audit all locks; the smallest comes first and tells whether anybody answers."""
    locks = sorted([*ROOT.glob("requirements*.lock"), *ROOT.glob("src/mbats/stack/locks/*.txt")], key=size)
    found = 0
    for lock in locks:
        packages = audited(lock)
        if packages is None or all("skip_reason" in package for package in packages):
            print(f"audit: no advisory service within reach; {lock.name} and all larger locks skipped", flush=True)
            return found
        found |= told(lock.name, packages)
    return found


def size(lock: Path) -> int:
    """Return how big a lock is."""
    return lock.stat().st_size


def audited(lock: Path) -> list[dict] | None:
    """Return what is known of each package; None: nobody answered."""
    command = [".venv-audit/bin/pip-audit", "--progress-spinner=off", "--disable-pip", "--require-hashes"]
    command += ["--timeout=10", "--format=json", "--requirement", str(lock)]
    try:
        done = subprocess.run(  # noqa: S603 - a tool of ours and locks of ours
            command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        return json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError):
        return None


def told(name: str, packages: list[dict]) -> int:
    """Print what is known; return 1 where there is a weakness."""
    weak = [(package, flaw) for package in packages for flaw in package.get("vulns", [])]
    for package, flaw in weak:
        mended = ", ".join(flaw["fix_versions"]) or "no version yet"
        print(f"audit: {name}: {package['name']} {package['version']}: {flaw['id']}, mended in {mended}")
    unknown = sum("skip_reason" in package for package in packages)
    print(f"audit: {name}: {len(weak)} weaknesses in {len(packages)} packages, {unknown} of them unknown there")
    return bool(weak)


if __name__ == "__main__":
    sys.exit(main())
