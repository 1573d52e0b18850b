from mbats.strategies.samples.rsi_bracket import RsiBracket
from mbats.strategies.source import digest

TYPED = """
from mbats.strategies.signal import Signals, SignalStrategy, nothing

class Typed(SignalStrategy):
    def decide(self, bars):
        return Signals(nothing(len(bars) {suffix}))
"""


def typed(suffix):
    """A class without a file, as one typed into an interpreter."""
    names = {"__name__": "typed_by_hand"}
    exec(TYPED.format(suffix=suffix), names)
    return names["Typed"]


def test_a_class_without_a_file_has_a_digest_of_its_own_code():
    assert digest(typed("")) == digest(typed(""))
    assert digest(typed("")) != digest(typed("+ 1 - 1"))


def test_a_samples_digest_is_one_value_however_often_it_is_asked_for():
    assert digest(RsiBracket) == digest(RsiBracket)
    assert len(digest(RsiBracket)) == 64
