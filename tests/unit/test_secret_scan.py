"""`make check` finds a secret before it is committed."""

import secrets
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HOOK = [str(Path(sys.executable).with_name("detect-secrets-hook")), "--no-verify", "--baseline", ".secrets.baseline"]
PLANTED = {
    "AWS Access Key": "AKIA" + "".join(secrets.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for _ in range(16)),
    "OANDA token": f"{secrets.token_hex(16)}-{secrets.token_hex(16)}",
    "Basic Auth Credentials": f"postgresql://trader:{secrets.token_urlsafe(12)}@db.example/risk",
    "MBATS secret": f"aA1{secrets.token_urlsafe(30)}",
    "Private Key": "-----BEGIN " + "PRIVATE KEY-----",
}


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    file = tmp_path_factory.mktemp("planted") / "planted.py"
    file.write_text("".join(f'a = "{value}"\n' for value in PLANTED.values()))
    done = subprocess.run([*HOOK, str(file)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    return done.stdout


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_secret_is_found_and_not_shown(report, kind):
    assert f"Secret Type: {kind}" in report
    assert PLANTED[kind].rpartition(":")[2].partition("@")[0] not in report


def test_placeholders_of_examples_are_no_secrets(tmp_path):
    file = tmp_path / "example.md"
    file.write_text("postgresql://user:password@host:5432/\npostgresql://dba:PASSWORD@db.example.org\n")
    subprocess.run([*HOOK, str(file)], cwd=ROOT, capture_output=True, check=True)
