from datetime import UTC, datetime

from mbats.evidence.trial import Trial

FACTS = {
    "strategy": "RsiBracket",
    "code": "c0de",
    "parameters": {"rsi_period": 30},
    "snapshot": "sha256:5",
    "costs": {"name": "oanda-us", "commission": {"fraction": 0.1}},
    "instruments": ("EUR_USD",),
    "start": datetime(2024, 1, 8, tzinfo=UTC),
    "end": datetime(2024, 1, 9, tzinfo=UTC),
}


def test_fingerprints_are_those_of_trials_stored_by_version_0_1():
    assert Trial(**FACTS).fingerprint == "d17e3926b2741d8d28f48f1f5a23cca7208fcc2ac558121799ede115b241f705"
    odd = {
        "code": "1",
        "parameters": {"b": 1.5, "a": True, "c": None},
        "costs": {"name": "x", "spread": {"source": "quoted", "pips": 0.5}},
        "instruments": ("USD_JPY", "EUR_USD"),
    }
    assert Trial(**FACTS | odd).fingerprint == "404d8f720c6beb2fdac1f2b469a7596fa98cc16b9f7b5288ad6e8d4e7e8a9fcb"


def test_the_name_and_the_order_of_instruments_and_parameters_do_not_matter():
    some = Trial(**FACTS | {"instruments": ("A", "B"), "parameters": {"x": 1, "y": 2}})
    same = Trial(**FACTS | {"instruments": ("B", "A"), "parameters": {"y": 2, "x": 1}, "strategy": "Renamed"})
    assert some.fingerprint == same.fingerprint
