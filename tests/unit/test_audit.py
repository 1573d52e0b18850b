"""What `make audit` says of an advisory service's answer."""

import importlib.util
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "scripts/audit.py"
KNOWN = importlib.util.spec_from_file_location("audit", SCRIPT)
audit = importlib.util.module_from_spec(KNOWN)
KNOWN.loader.exec_module(audit)
SOUND = {"name": "sound", "version": "1.0", "vulns": []}
WEAK = {"name": "weak", "version": "2.0", "vulns": [{"id": "CVE-2026-1", "fix_versions": ["2.1"]}]}
UNKNOWN = {"name": "ours", "skip_reason": "not found"}


def test_a_weakness_is_named_with_what_mends_it(capsys):
    assert audit.told("requirements.lock", [SOUND, WEAK, UNKNOWN]) == 1
    said = capsys.readouterr().out
    assert "requirements.lock: weak 2.0: CVE-2026-1, mended in 2.1\n" in said
    assert said.endswith("1 weaknesses in 3 packages, 1 of them unknown there\n")


def test_sound_packages_are_no_failure():
    assert audit.told("requirements.lock", [SOUND, UNKNOWN]) == 0
