import numpy as np
import pytest

from fakes.bars import bars
from mbats.errors.label import PrimaryOfOtherKind
from mbats.errors.strategy import UnknownStrategy
from mbats.execution.costs import OANDA_US
from mbats.models.datasets.labelling import label_from
from mbats.pipelines.primary import primaries

ODD = """
import numpy as np
from mbats.strategies.signal import Signals, SignalStrategy


class Odd(SignalStrategy):
    def decide(self, bars):
        return Signals(np.where(np.arange(len(bars)) % 2, 1, 0).astype(np.int8))
"""


def test_a_strategy_of_a_file_is_judged_where_it_wants_something(tmp_path) -> None:
    (tmp_path / "odd.py").write_text(ODD)
    label = label_from("meta:Odd,bars=2,period=3", primaries(tmp_path))
    assert label.spec["strategy"] == "odd.py:Odd"
    assert len(label.spec["code"]) == 64
    told = ~np.isnan(label.label(bars(count=20), OANDA_US).value)
    assert told[3:17:2].all()
    assert not told[::2].any()
    assert label_from(label.spec, primaries(tmp_path)).spec == label.spec


def test_a_strategy_without_a_side_is_refused(tmp_path) -> None:
    (tmp_path / "wide.py").write_text(
        "from mbats.strategies.target import TargetStrategy\n"
        "class Wide(TargetStrategy):\n"
        "    def decide(self, panel):\n"
        "        raise NotImplementedError\n"
    )
    with pytest.raises(PrimaryOfOtherKind, match="Wide is a target strategy"):
        label_from("meta:Wide", primaries(tmp_path))
    with pytest.raises(UnknownStrategy):
        label_from("meta:Nobody", primaries(tmp_path))
