from enum import StrEnum
from pathlib import Path

import pytest
from pydantic import Field

from mbats.errors.strategy import (
    InvalidParameter,
    ParameterSyntax,
    ParameterTwice,
    StrategyIncomplete,
    UnknownParameter,
)
from mbats.strategies.discovery import StrategySource, find
from mbats.strategies.parameters import configure, configure_class, describe
from mbats.strategies.signal import SignalStrategy


class Mood(StrEnum):
    CALM = "calm"
    WILD = "wild"


class Idea(SignalStrategy):
    period: int = Field(10, ge=2, lt=100, description="bars")
    ratio: float = 0.5
    fast: bool = False
    mood: Mood = Mood.CALM

    def decide(self, bars):
        raise NotImplementedError


IDEA = StrategySource("Idea", "signal", Idea, Path("idea.py"), "idea.py:Idea", "")


def test_texts_become_values_of_the_parameters_types():
    configured = configure(IDEA, ["period=20", "ratio = 1e-3", "fast=true", "mood=wild"])
    assert configured.strategy == Idea(period=20, ratio=0.001, fast=True, mood=Mood.WILD)
    assert configured.parameters == {"period": 20, "ratio": 0.001, "fast": True, "mood": "wild"}


def test_without_texts_the_defaults_are_all_there():
    assert configure(IDEA).parameters == {"period": 10, "ratio": 0.5, "fast": False, "mood": "calm"}


@pytest.mark.parametrize(
    ("texts", "error", "message"),
    [
        (["period"], ParameterSyntax, "sets no parameter of Idea"),
        (["=3"], ParameterSyntax, "write `--param name=value`"),
        (["perod=3"], UnknownParameter, "Did you mean period"),
        (["decide=3"], UnknownParameter, "It has period, ratio, fast, mood"),
        (["period=3", "period=4"], ParameterTwice, "'3' and to '4'"),
        (["period=1"], InvalidParameter, "period=1: .*greater than or equal to 2"),
        (["period=100"], InvalidParameter, "period=100: .*less than 100"),
        (["period=2.5"], InvalidParameter, r"period=2\.5: .*integer"),
        (["period=ten", "ratio=x"], InvalidParameter, "period=ten: .*; ratio=x: "),
        (["ratio=nan"], InvalidParameter, "finite"),
        (["mood=sad"], InvalidParameter, "'calm' or 'wild'"),
    ],
)
def test_wrong_texts_are_refused_with_the_remedy(texts, error, message):
    with pytest.raises(error, match=f"(?si){message}"):
        configure(IDEA, texts)


def test_a_rule_between_parameters_speaks_for_itself():
    source = find("RsiBracket", Path("nowhere"))
    with pytest.raises(InvalidParameter, match=r"RsiBracket: rsi_low \(70\.0\) must be below rsi_high"):
        configure(source, ["rsi_low=70"])


@pytest.mark.parametrize("kind", ["signal", "backtrader"])
def test_regression_text_from_the_command_line_is_never_run(tmp_path, kind):
    canary = tmp_path / "was_run"
    text = f"period=__import__('pathlib').Path({str(canary)!r}).touch() or 20"
    source = IDEA if kind == "signal" else raw(tmp_path)
    with pytest.raises(InvalidParameter):
        configure(source, [text])
    assert not canary.exists()


def test_describe_tells_type_default_bounds_and_meaning():
    period, *_, mood = describe(IDEA)
    assert (period.name, period.type, period.default, period.bounds) == ("period", "int", 10, ">= 2, < 100")
    assert period.description == "bars"
    assert (mood.type, mood.default) == ("Mood", Mood.CALM)


def raw(folder):
    (folder / "raw.py").write_text(
        "import backtrader as bt\n"
        "class Base(bt.Strategy):\n    params = (('period', 3), ('ratio', 0.5))\n"
        "class Raw(Base):\n    params = dict(fast=True, average=bt.indicators.SMA, period=9)\n"
    )
    return find("Raw", folder)


def test_a_backtrader_class_takes_its_types_from_its_defaults(tmp_path):
    source = raw(tmp_path)
    configured = configure(source, ["ratio=2", "fast=no"])
    assert configured.strategy is source.cls
    average = configured.parameters.pop("average")
    assert average.__name__ == "SMA"
    assert configured.parameters == {"period": 9, "ratio": 2.0, "fast": False}
    with pytest.raises(InvalidParameter, match="period=x"):
        configure(source, ["period=x"])
    with pytest.raises(UnknownParameter, match="Did you mean period"):
        configure(source, ["priod=1"])


def test_values_set_the_parameters_of_a_class():
    configured = configure_class(Idea, {"period": 20, "mood": "wild"})
    assert configured.strategy == Idea(period=20, mood=Mood.WILD)
    assert configured.parameters == {"period": 20, "ratio": 0.5, "fast": False, "mood": "wild"}


class Needy(SignalStrategy):
    period: int

    def decide(self, bars):
        raise NotImplementedError


class Half(SignalStrategy):
    period: int = 10


@pytest.mark.parametrize(
    ("cls", "values", "error", "message"),
    [
        (Idea, {"perod": 3}, UnknownParameter, "Idea has no parameter 'perod'.*Did you mean period"),
        (Idea, {"period": 1}, InvalidParameter, "period=1: .*greater than or equal to 2"),
        (Idea, {"ratio": float("nan")}, InvalidParameter, "finite"),
        (Needy, {}, InvalidParameter, "period has no value"),
        (Half, {}, StrategyIncomplete, "Half lacks decide"),
    ],
)
def test_wrong_values_are_refused_with_the_remedy(cls, values, error, message):
    with pytest.raises(error, match=f"(?si){message}"):
        configure_class(cls, values)


def test_a_backtrader_class_keeps_values_of_any_type_under_known_names():
    bt = pytest.importorskip("backtrader")

    class Old(bt.Strategy):
        params = (("stop", 2), ("name", None))

    configured = configure_class(Old, {"stop": 2.5})
    assert configured.strategy is Old
    assert configured.parameters == {"stop": 2.5, "name": None}
    with pytest.raises(UnknownParameter, match="Did you mean stop"):
        configure_class(Old, {"stopp": 1})
