import subprocess
import sys

import pytest

import mbats as mb
from mbats.features.indicators.rsi import rsi


def test_names_are_completed_and_found():
    assert {"backtest", "snapshot", "Panel", "Bars", "indicators", "RsiBracket"} <= set(dir(mb))
    assert all(getattr(mb, name) is not None for name in dir(mb))
    assert mb.indicators.rsi is rsi


@pytest.mark.parametrize("name", ["tarde", "_private", "annotations"])
def test_an_absent_name_is_reported_of_the_package(name):
    with pytest.raises(AttributeError, match=f"module 'mbats' has no attribute '{name}'"):
        getattr(mb, name)


def test_importing_the_package_loads_nothing_heavy():
    loaded = "import sys, mbats; print(sorted({'pandas', 'numpy', 'pyarrow', 'backtrader'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_module_of_ours_is_imported_without_the_face():
    asked = "from mbats import private_file; import sys; sys.exit('mbats.face' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
