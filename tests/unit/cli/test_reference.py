import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_the_reference_of_commands_is_up_to_date() -> None:
    made = subprocess.run([sys.executable, ROOT / "scripts/reference.py"], capture_output=True, text=True, check=True)
    assert "\\b" not in made.stdout, "a raw docstring spells click's mark for kept lines out; make it a plain one"
    assert made.stdout == (ROOT / "docs/reference.md").read_text(), "run: make docs"
