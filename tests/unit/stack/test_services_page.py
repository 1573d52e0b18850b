import subprocess
import sys
from pathlib import Path

from mbats.stack.table import SERVICES

ROOT = Path(__file__).resolve().parents[3]


def test_the_page_of_services_is_made_from_their_table():
    made = subprocess.run([sys.executable, ROOT / "scripts/services.py"], capture_output=True, text=True, check=True)
    assert (ROOT / "docs/services.md").read_text() == made.stdout, "run `make docs`"


def test_each_port_asks_for_a_login_or_says_what_else_keeps_strangers_out():
    open_ports = [service.name for service in SERVICES if (service.port and not service.login) or service.inner]
    assert open_ports == [service.name for service in SERVICES if service.guard]
