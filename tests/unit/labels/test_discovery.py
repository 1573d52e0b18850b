import numpy as np
import pytest

from mbats.errors.label import (
    LabelParameterOutOfBounds,
    LabelParameterUnknown,
    MetaLabelOutOfPlace,
    PrimaryChanged,
    PrimaryMissing,
    UnknownLabel,
)
from mbats.labels.discovery import text_of
from mbats.labels.forward import ForwardReturn, Sign
from mbats.labels.meta_label import Primary
from mbats.models.datasets.labelling import label_from


def primary(name):
    return Primary(name, "c0de", lambda bars: np.ones(len(bars)))


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("sign:12", Sign(12)),
        ("sign", Sign()),
        ("sign:bars=3", Sign(3)),
        ("forward-return:5", ForwardReturn(5)),
    ],
)
def test_a_text_names_a_label_and_its_bars(text, label) -> None:
    assert label_from(text) == label


def test_a_triple_barrier_takes_what_it_is_told_and_the_usual_else() -> None:
    label = label_from("triple-barrier:stop=1,target=2.5,bars=48,width=volatility,period=100,side=long,anchor=fill")
    assert label.spec == {
        "name": "triple-barrier",
        "stop": 1.0,
        "target": 2.5,
        "bars": 48,
        "width": "volatility",
        "period": 100,
        "anchor": "fill",
        "side": "long",
    }
    usual = label_from("triple-barrier").spec
    assert (usual["stop"], usual["target"], usual["width"], usual["side"]) == (2.0, 2.0, "atr", "both")


def test_a_meta_label_names_its_strategy_which_may_have_a_colon() -> None:
    spec = label_from("meta:file.py:MyIdea,stop=1", primary).spec
    assert (spec["name"], spec["strategy"], spec["code"], spec["stop"]) == ("meta", "file.py:MyIdea", "c0de", 1.0)


@pytest.mark.parametrize("text", ["sign:7", "forward-return", "triple-barrier:side=short", "meta:Idea,bars=3"])
def test_a_specification_and_its_text_mean_the_same_label(text) -> None:
    label = label_from(text, primary)
    assert label_from(label.spec, primary).spec == label.spec
    assert label_from(text_of(label.spec), primary).spec == label.spec


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("tomorrow", UnknownLabel, "'tomorrow'; there are: forward-return, meta, sign, triple-barrier"),
        ("sign:stop=2", LabelParameterUnknown, "sign has no parameter 'stop'; it has: bars"),
        ("triple-barrier:24", LabelParameterUnknown, "no parameter '24'"),
        ("sign:many", LabelParameterOutOfBounds, "'many'; it has to be a whole number"),
        ("triple-barrier:stop=wide", LabelParameterOutOfBounds, "'wide'; it has to be a number"),
        ("triple-barrier:stop=-1", LabelParameterOutOfBounds, "0 .none. or more"),
        ("triple-barrier:target=nan", LabelParameterOutOfBounds, "target .* is nan"),
        ("triple-barrier:bars=0", LabelParameterOutOfBounds, "at least 1"),
        ("triple-barrier:width=range", LabelParameterOutOfBounds, "atr or volatility"),
        ("triple-barrier:anchor=open", LabelParameterOutOfBounds, "close or fill"),
        ("triple-barrier:side=up", LabelParameterOutOfBounds, "long, short or both"),
        ("meta", PrimaryMissing, "meta:RsiBracket"),
    ],
)
def test_what_no_label_can_be_is_refused(text, error, words) -> None:
    with pytest.raises(error, match=words):
        label_from(text, primary)


def test_a_meta_label_has_no_place_where_nobody_finds_strategies() -> None:
    with pytest.raises(MetaLabelOutOfPlace, match="meta:Idea judges the trades of a strategy"):
        label_from("meta:Idea")


def test_a_changed_strategy_is_noticed() -> None:
    spec = {**label_from("meta:Idea", primary).spec, "code": "0ld"}
    with pytest.raises(PrimaryChanged, match=r"Idea is another by now .* code c0de, not 0ld"):
        label_from(spec, primary)
