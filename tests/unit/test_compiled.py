"""The cache of compiled code, in a package of three files: a rule, its caller in another file, and the decorator."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import mbats.compiled

HERE = Path(mbats.compiled.__file__).parent
RULE = """
from mbats.compiled import compilable
def rule(x):
    return x + {addend}
compilable(rule)
"""
CALLER = """
from mbats.compiled import compiled
from mbats.market.rule import rule
@compiled
def twice(x):
    return rule(rule(x))
"""
ASK = "from mbats.execution.caller import twice; print(twice(1.0), sum(twice.stats.cache_hits.values()))"
LINEAR = """
import sys, numba, numpy as np
from mbats.execution.caller import twice
print(twice(1.0), "scipy.linalg" in sys.modules)
print(numba.njit(lambda matrix: np.linalg.det(np.dot(matrix, matrix)))(np.eye(2)))
"""
LIGHT = """
import sys
from mbats.execution.caller import twice
print(twice(1.0), sorted({"scipy", "yaml", "numba.np.arraymath"} & sys.modules.keys()))
"""
OUTSIDE = "import outside; print(outside.double(2.0))"


@pytest.fixture
def package(tmp_path):
    for room in ("market", "execution"):
        (tmp_path / "mbats" / room).mkdir(parents=True)
        (tmp_path / "mbats" / room / "__init__.py").touch()
    (tmp_path / "mbats" / "__init__.py").touch()
    for name in ("compiled.py", "imports.py"):
        shutil.copy(HERE / name, tmp_path / "mbats" / name)
    (tmp_path / "mbats" / "execution" / "caller.py").write_text(CALLER)
    write_rule(tmp_path, 1.0)
    return tmp_path


def write_rule(package, addend):
    (package / "mbats" / "market" / "rule.py").write_text(RULE.format(addend=addend))


def started(package, code=ASK, cache=None):
    places = {"PYTHONPATH": str(package), "XDG_CACHE_HOME": str(cache or package / "cache")}
    command = [sys.executable, "-B", "-c", code]
    return subprocess.Popen(command, env=os.environ | places, stdout=subprocess.PIPE, text=True, cwd=package)


def answer(process):
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    return out.split()


def generations(package):
    return sorted((package / "cache" / "mbats" / "compiled").iterdir())


def test_an_edit_in_a_callee_of_another_file_is_noticed_and_what_is_unchanged_is_loaded(package):
    assert answer(started(package)) == ["3.0", "0"]
    assert answer(started(package)) == ["3.0", "1"]
    write_rule(package, 5.0)
    assert answer(started(package)) == ["11.0", "0"]
    write_rule(package, 1.0)
    assert answer(started(package)) == ["3.0", "1"]


def test_without_a_place_to_write_code_is_compiled_anew(package):
    assert answer(started(package, cache="/dev/null")) == ["3.0", "0"]


def test_processes_that_compile_at_the_same_time_do_not_disturb_one_another(package):
    processes = [started(package) for _ in range(2)]
    assert [answer(process)[0] for process in processes] == ["3.0", "3.0"]
    assert answer(started(package)) == ["3.0", "1"]


def test_generations_that_nobody_used_for_a_day_are_removed_but_the_last_eight(package):
    assert answer(started(package))[0] == "3.0"
    (own,) = generations(package)
    for age in range(12):
        old = own.parent / f"{age:016x}"
        old.mkdir()
        used = own.stat().st_mtime - (1_000 if age < 10 else 0) - (0.0 if age == 11 else 2 * 86_400)
        os.utime(old, (used, used))
    write_rule(package, 2.0)
    assert answer(started(package))[0] == "5.0"
    left = generations(package)
    assert own in left
    assert own.parent / f"{11:016x}" in left
    assert len(left) == 8


def test_what_others_compile_is_not_kept(package):
    source = "from mbats.compiled import compiled\n@compiled\ndef double(x):\n    return x + x\n"
    (package / "outside.py").write_text(source)
    assert answer(started(package, OUTSIDE)) == ["4.0"]
    assert not list(package.rglob("*.nbi"))


def test_linear_algebra_is_loaded_only_for_who_compiles_with_it(package):
    assert answer(started(package)) == ["3.0", "0"]
    assert answer(started(package, LINEAR)) == ["3.0", "False", "1.0"]


def test_kept_code_is_loaded_without_what_numba_compiles_with_or_only_looks_for(package):
    assert answer(started(package)) == ["3.0", "0"]
    assert answer(started(package, LIGHT)) == ["3.0", "[]"]


def test_a_process_that_loaded_kept_code_compiles_for_other_types(package):
    assert answer(started(package)) == ["3.0", "0"]
    code = f"{ASK}; print(twice(1), sum(twice.stats.cache_misses.values()))"
    assert answer(started(package, code)) == ["3.0", "1", "3.0", "1"]


def test_every_room_that_compiles_is_part_of_the_digest():
    imported = re.compile(r"^from mbats\.compiled import", re.MULTILINE)
    users = [path for path in HERE.rglob("*.py") if imported.search(path.read_text())]
    assert {path.relative_to(HERE).parts[0] for path in users} <= set(mbats.compiled._ROOMS)
    assert len(users) > 5


def test_a_file_that_nothing_compiled_imports_changes_nothing(package):
    assert answer(started(package)) == ["3.0", "0"]
    (package / "mbats" / "market" / "aside.py").write_text("x = 1\n")
    assert answer(started(package)) == ["3.0", "1"]
