"""What models need of the machine is named where it is missing."""

import sys

import pytest

from mbats.bootstrap.models import estimators_in
from mbats.errors.training import OpenMpMissing


def test_a_machine_without_openmp_is_told_what_to_install(tmp_path, monkeypatch):
    (tmp_path / "lightgbm.py").write_text("raise OSError('libgomp.so.1: cannot open shared object file')")
    for name in [name for name in sys.modules if name.partition(".")[0] == "lightgbm" or ".lightgbm." in name]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(OpenMpMissing, match=r"libgomp.*\n\n.*apt-get install libgomp1"):
        estimators_in(tmp_path)
