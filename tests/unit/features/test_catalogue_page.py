import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_the_page_of_the_catalogue_is_made_from_the_features():
    made = subprocess.run(
        [sys.executable, ROOT / "scripts/feature_catalogue.py"], capture_output=True, text=True, check=True
    )
    assert (ROOT / "docs/feature-catalogue.md").read_text() == made.stdout, "run `make docs`"
