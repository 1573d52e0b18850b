from importlib.metadata import EntryPoint
from textwrap import dedent

import pytest

from mbats.errors.strategy import (
    AmbiguousStrategy,
    StrategyFileBroken,
    StrategyIncomplete,
    StrategyInstallBroken,
    UnknownStrategy,
)
from mbats.strategies import discovery
from mbats.strategies.discovery import discover, find, kebab

IDEA = """
    from mbats.strategies.signal import Signals, SignalStrategy, nothing

    class {name}(SignalStrategy):
        period: int = 10

        def decide(self, bars):
            return Signals(nothing(len(bars)))
"""


def write(folder, file, text, **names):
    folder.mkdir(exist_ok=True)
    (folder / file).write_text(dedent(text).format(**names) if names else dedent(text), encoding="utf-8")


@pytest.fixture
def folder(tmp_path):
    write(tmp_path / "mine", "my_idea.py", IDEA, name="MyIdea")
    return tmp_path / "mine"


@pytest.mark.parametrize("name", ["MyIdea", "my-idea", "my_idea.py:MyIdea"])
def test_an_own_strategy_answers_to_its_class_kebab_and_file_name(folder, name):
    source = find(name, folder)
    assert (source.name, source.kind, source.path) == ("MyIdea", "signal", folder / "my_idea.py")
    assert source.cls().period == 10


@pytest.mark.parametrize("name", ["RsiBracket", "rsi-bracket", "mbats.strategies.samples.rsi_bracket:RsiBracket"])
def test_an_installed_strategy_answers_without_any_folder(tmp_path, name):
    assert find(name, tmp_path / "nowhere").reference == "mbats.strategies.samples.rsi_bracket:RsiBracket"


def test_discovery_lists_own_and_installed_strategies_by_name(folder):
    names = [source.name for source in discover(folder).sources]
    assert names == sorted(names)
    assert {"MyIdea", "RsiBracket", "RsiStochasticBracket", "MomentumPanel"} <= set(names)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("RsiBracket", "rsi-bracket"), ("RSIBracket", "rsi-bracket"), ("My_Idea2", "my-idea2"), ("A", "a")],
)
def test_kebab_names(name, expected):
    assert kebab(name) == expected


def test_an_unknown_name_suggests_the_nearest(folder):
    with pytest.raises(UnknownStrategy, match="Did you mean MyIdea"):
        find("MyIdee", folder)


def test_two_strategies_of_one_name_must_be_told_apart_by_file(folder):
    write(folder, "other.py", IDEA, name="MyIdea")
    with pytest.raises(AmbiguousStrategy, match=r"my_idea\.py:MyIdea, other\.py:MyIdea"):
        find("MyIdea", folder)
    assert find("other.py:MyIdea", folder).path.name == "other.py"


def test_a_copy_of_a_sample_does_not_silently_replace_it(folder):
    write(folder, "copy.py", IDEA, name="RsiBracket")
    with pytest.raises(AmbiguousStrategy, match=r"copy\.py:RsiBracket, mbats\.strategies\.samples"):
        find("RsiBracket", folder)


@pytest.mark.parametrize(
    ("text", "line", "cause"),
    [
        ("x = 1\ndef f(:\n", 2, "SyntaxError"),
        ("\n\nimport no_such_module\n", 3, "ModuleNotFoundError: No module named 'no_such_module'"),
        ("def f():\n    return 1 / 0\nf()\n", 2, "ZeroDivisionError"),
        ("raise SystemExit(0)\n", 1, "SystemExit"),
    ],
)
def test_a_file_that_cannot_be_imported_names_its_line_and_spoils_no_other(folder, text, line, cause):
    write(folder, "bad.py", text)
    assert find("MyIdea", folder).name == "MyIdea"
    found = discover(folder)
    assert "MyIdea" in {source.name for source in found.sources}
    (broken,) = found.broken
    assert isinstance(broken, StrategyFileBroken)
    assert f"bad.py:{line}: " in str(broken)
    assert cause in str(broken)


def test_a_name_that_only_a_broken_file_speaks_of_raises_that_files_error(folder):
    write(folder, "bad.py", "class Wanted(:\n")
    write(folder, "also_bad.py", "1/0\n")
    with pytest.raises(StrategyFileBroken, match=r"bad\.py:1: .*SyntaxError"):
        find("Wanted", folder)


def test_files_that_do_not_speak_of_a_name_are_not_run(folder):
    write(folder, "loud.py", "raise RuntimeError('was run')\n")
    assert find("MyIdea", folder).name == "MyIdea"


def test_a_strategy_without_decide_is_told_so(folder):
    write(
        folder,
        "half.py",
        "from mbats.strategies.signal import SignalStrategy\nclass Half(SignalStrategy):\n    x: int = 1\n",
    )
    with pytest.raises(StrategyIncomplete, match=r"half\.py: Half lacks decide"):
        find("Half", folder)


def test_files_with_an_underscore_are_for_others_to_import_and_are_read_afresh(folder):
    write(folder, "_shared.py", "PERIOD = 7\n")
    text = IDEA.replace("period: int = 10", "period: int = _shared.PERIOD").replace(
        "from mbats", "import _shared\n    from mbats", 1
    )
    write(folder, "user.py", text, name="User")
    assert find("User", folder).cls().period == 7
    write(folder, "_shared.py", "PERIOD = 8\n")
    assert find("User", folder).cls().period == 8


def test_an_edited_file_is_what_runs(folder):
    assert find("MyIdea", folder).cls().period == 10
    write(folder, "my_idea.py", IDEA.replace("10", "20"), name="MyIdea")
    assert find("MyIdea", folder).cls().period == 20


def test_a_raw_backtrader_strategy_is_recognised(folder):
    write(folder, "raw.py", "import backtrader as bt\nclass Raw(bt.Strategy):\n    params = dict(period=3)\n")
    assert find("raw", folder).kind == "backtrader"


def test_an_installed_strategy_that_cannot_be_imported_is_named(folder, monkeypatch):
    entry = EntryPoint("gone", "no_such_package.module:Gone", discovery.GROUP)
    monkeypatch.setattr(discovery, "entry_points", lambda group: [entry])
    with pytest.raises(StrategyInstallBroken, match="no_such_package"):
        find("Gone", folder)


def digest(folder, text, file="my_idea.py", name="MyIdea"):
    write(folder, file, text, name=name)
    return find(f"{file}:{name}", folder).digest


def test_the_digest_sees_code_and_not_its_layout_or_the_files_name(folder):
    plain = digest(folder, IDEA)
    assert digest(folder, IDEA.replace("period: int = 10", "period:   int = (10)  # bars\n")) == plain
    assert digest(folder, IDEA, file="elsewhere.py") == plain
    assert digest(folder, IDEA.replace("10", "11")) != plain


def test_a_copy_under_another_name_has_the_same_digest_and_a_neighbour_in_the_file_another(folder):
    plain = digest(folder, IDEA)
    assert digest(folder, IDEA, file="copy.py", name="Another") == plain
    assert digest(folder, IDEA.replace("period", '"""Described anew."""\n        period', 1)) == plain
    digest(
        folder, IDEA + "\n    class Twin(SignalStrategy):\n        period: int = 5\n        decide = {name}.decide\n"
    )
    assert find("my_idea.py:MyIdea", folder).digest != find("my_idea.py:Twin", folder).digest


def test_the_digest_sees_what_is_inherited_and_imported_from_beside(folder):
    write(folder, "_shared.py", "PERIOD = 7\n")
    text = IDEA.replace("from mbats", "from _shared import PERIOD\n    from mbats", 1)
    before = digest(folder, text)
    write(folder, "_shared.py", "PERIOD = 8\n")
    assert digest(folder, text) != before
    parent = "from mbats.strategies.samples.rsi_bracket import RsiBracket\n"
    child = parent + "class Child(RsiBracket):\n    rsi_low: float = {low}\n"
    digests = {digest(folder, child.replace("{low}", low), name="Child") for low in ("39.0", "38.0")}
    assert len(digests) == 2
