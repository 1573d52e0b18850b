from dataclasses import replace

import numpy as np
import pytest

from fakes.bars import EUR_USD, bars
from fakes.feature_set import FakeFeatureSet
from fakes.object_store import FakeObjectStore
from mbats.errors.dataset import (
    DatasetDamaged,
    DatasetMissing,
    DatasetTableMissing,
    DatasetUnclear,
    FeatureWithoutValues,
    LabelBeyondData,
    NoDatasetRows,
    OneClassOnly,
)
from mbats.execution.costs import FREE
from mbats.execution.financing import DatedRates, FinancingRates
from mbats.labels.forward import ForwardReturn, Sign
from mbats.models.datasets.building import build
from mbats.models.datasets.facts import facts
from mbats.models.datasets.keeping import keep, open_dataset
from mbats.models.datasets.labelling import label_from

SNAPSHOT = "a" * 64
ROWS = 40


def move(view):
    return np.diff(view.bars.close, prepend=np.nan)


FEATURES = FakeFeatureSet(level=lambda view: view.bars.close.copy(), move=move)


def market(symbols=("EUR_USD",), rows=ROWS, seed=1):
    found = {}
    for number, symbol in enumerate(symbols):
        one = bars(count=rows, instrument=replace(EUR_USD, symbol=symbol))
        steps = np.random.default_rng(seed + number).normal(size=rows) / 1_000
        mid = replace(one.mid, open=1.1 + np.cumsum(steps), close=1.1 + np.cumsum(steps) + steps[::-1])
        found[symbol] = replace(one, mid=mid)
    return found


def made(given=None, features=FEATURES, label=None, **options):
    given = given or market()
    return build(SNAPSHOT, given, features, label or Sign(3), FREE, **{"symbols": list(given), **options})


def test_rows_join_what_was_known_with_what_came_after() -> None:
    given = market()
    one, label = given["EUR_USD"], Sign(3).label(given["EUR_USD"], FREE)
    dataset = made(given)
    assert len(dataset) == ROWS - 3
    assert dataset.columns == ("level", "move")
    assert np.array_equal(dataset.features[:, 0], one.close[:-3])
    assert np.isnan(dataset.features[0, 1])  # a row with some features stays
    for name in ("value", "outcome", "start", "end"):
        assert np.array_equal(getattr(dataset, name.replace("value", "label")), getattr(label, name)[:-3])
    assert np.array_equal(dataset.time, one.time[:-3])
    assert dataset.weight.min() > 0.3
    assert dataset.weight.max() <= 1.0


def test_rows_of_several_instruments_are_ordered_by_decision_then_instrument() -> None:
    dataset = made(market(("USD_JPY", "EUR_USD")))
    assert dataset.symbols == ("USD_JPY", "EUR_USD")
    assert (np.diff(dataset.start) >= 0).all()
    assert dataset.instrument[:4].tolist() == [0, 1, 0, 1]
    alone = made({"EUR_USD": market(("USD_JPY", "EUR_USD"))["EUR_USD"]})
    mine = dataset.instrument == 1
    assert np.array_equal(dataset.features[mine], alone.features, equal_nan=True)
    assert np.array_equal(dataset.weight[mine], alone.weight)  # uniqueness is an instrument's own


def test_nothing_from_the_end_on_is_looked_at_and_bars_before_the_start_warm_up() -> None:
    given = market()
    time = given["EUR_USD"].time
    dataset = made(given, start=int(time[10]), end=int(time[30]))
    assert dataset.time.tolist() == time[10:27].tolist()
    assert dataset.end.max() == given["EUR_USD"].known_at[29]
    assert not np.isnan(dataset.features).any()


def test_features_may_read_the_other_instruments() -> None:
    given = market(("EUR_USD", "GBP_USD"))
    other = FakeFeatureSet(other=lambda view: view.others["GBP_USD"].close - view.bars.close)
    dataset = made(given, other, symbols=["EUR_USD"])
    assert np.array_equal(dataset.features[:, 0], (given["GBP_USD"].close - given["EUR_USD"].close)[:-3])


def test_the_manifest_says_where_it_comes_from_and_what_was_left_out() -> None:
    given = market(("EUR_USD", "GBP_USD"))
    late = FakeFeatureSet(late=lambda view: np.where(np.arange(len(view.bars)) < 5, np.nan, 1.0))
    given["GBP_USD"] = replace(given["GBP_USD"], synthetic=True)
    manifest = made(given, late, commit="c0ffee").manifest
    assert manifest["snapshot"] == SNAPSHOT
    assert manifest["symbols"] == ["EUR_USD", "GBP_USD"]
    assert manifest["timeframe"] == "H1"
    assert manifest["fingerprint"] == late.fingerprint
    assert manifest["columns"] == ["late"]
    assert manifest["dtypes"] == ["float64"]
    assert manifest["label"] == {"name": "sign", "bars": 3}
    assert manifest["kind"] == "class"
    assert manifest["costs"]["name"] == "none"
    assert manifest["commit"] == "c0ffee"
    assert manifest["synthetic"]
    assert manifest["bars"] == 2 * ROWS
    assert manifest["dropped"] == {"unlabelled": 6, "featureless": 10}
    assert manifest["rows"] == 2 * (ROWS - 8)
    assert manifest["anchor"]["EUR_USD"] == int(given["EUR_USD"].time[0])


def test_a_kept_dataset_opens_as_it_was_by_the_beginning_of_its_id() -> None:
    store, dataset = FakeObjectStore(), made(market(("EUR_USD", "GBP_USD")))
    keep(store, dataset)
    keep(store, made(market(("EUR_USD", "GBP_USD"))))  # the same again is no change
    assert store.keys("") == [f"datasets/{dataset.id}.json", f"tables/{dataset.manifest['table']}"]
    found = open_dataset(store, dataset.id[:8])
    assert (found.id, found.manifest) == (dataset.id, dataset.manifest)
    assert (found.symbols, found.columns) == (dataset.symbols, dataset.columns)
    for name in ("instrument", "time", "start", "end", "features", "label", "outcome", "weight"):
        assert np.array_equal(getattr(found, name), getattr(dataset, name), equal_nan=True), name
    assert found.features.flags.f_contiguous  # sums of another layout may differ in the last bit
    assert dataset.features.flags.f_contiguous


def test_another_row_makes_another_id() -> None:
    given = market()
    assert made(given).id == made(given).id
    assert made(given).id != made({"EUR_USD": given["EUR_USD"].rows(0, ROWS - 1)}).id


def test_a_feature_may_have_the_name_of_a_column() -> None:
    store, dataset = FakeObjectStore(), made(features=FakeFeatureSet(label=move, time=move))
    keep(store, dataset)
    assert np.array_equal(open_dataset(store, dataset.id).features, dataset.features, equal_nan=True)


def test_what_was_tampered_with_is_refused() -> None:
    dataset = made()
    for key in (f"datasets/{dataset.id}.json", f"tables/{dataset.manifest['table']}"):
        store = FakeObjectStore()
        keep(store, dataset)
        store.objects[key] = store.objects[key].replace(b"e", b"f", 1)
        with pytest.raises(DatasetDamaged, match=key):
            open_dataset(store, dataset.id)


def test_what_is_not_there_or_not_clear_is_said() -> None:
    store, dataset = FakeObjectStore(), made()
    with pytest.raises(DatasetMissing, match="abc"):
        open_dataset(store, "abc")
    keep(store, dataset)
    keep(store, made(commit="another"))
    with pytest.raises(DatasetUnclear, match="2 datasets"):
        open_dataset(store, "")
    del store.objects[f"tables/{dataset.manifest['table']}"]
    with pytest.raises(DatasetTableMissing, match=dataset.id[:16]):
        open_dataset(store, dataset.id)


def test_one_class_is_refused() -> None:
    given = market()
    given["EUR_USD"].mid.close[:] = np.arange(ROWS) + 2.0
    given["EUR_USD"].mid.open[:] = np.arange(ROWS) + 1.0
    with pytest.raises(OneClassOnly, match="label 1: there is nothing to tell apart"):
        made(given)
    made(given, label=ForwardReturn(3))


def test_a_feature_without_a_value_is_named() -> None:
    empty = FakeFeatureSet(move=move, rain=lambda view: np.full(len(view.bars), np.nan))
    with pytest.raises(FeatureWithoutValues, match="rain: no value in any of 36 rows"):
        made(features=empty)


def test_a_label_longer_than_the_data_is_refused() -> None:
    with pytest.raises(LabelBeyondData, match="sign:bars=40 looks 40 bars ahead, and there are 40"):
        made(label=Sign(ROWS))


def test_a_range_without_rows_says_what_became_of_its_bars() -> None:
    given = market()
    empty = FakeFeatureSet(rain=lambda view: np.full(len(view.bars), np.nan))
    with pytest.raises(NoDatasetRows, match="of 40 bars of EUR_USD, 3 have no label and 37 no feature"):
        made(given, empty)
    with pytest.raises(NoDatasetRows, match="of 0 bars"):
        made(given, end=int(given["EUR_USD"].time[0]))


def test_its_figures_are_those_of_its_rows() -> None:
    dataset = made(market(("EUR_USD", "GBP_USD")))
    found = facts(dataset)
    assert (found.rows, found.rows_by_symbol) == (len(dataset), {"EUR_USD": 37, "GBP_USD": 37})
    assert [found.first, found.last] == dataset.manifest["range"] == [dataset.start[0], dataset.end.max()]
    assert found.balance[1.0] == (dataset.label == 1).mean()
    assert sum(found.balance.values()) == pytest.approx(1.0)
    assert found.missing == {"level": 0.0, "move": 2 / 74}
    assert found.worth == pytest.approx(found.uniqueness * found.rows) == dataset.weight.sum()
    assert found.overlap == pytest.approx(3.0)
    assert set(facts(made(label=ForwardReturn(3))).balance) == {-1.0, 1.0}


def test_financing_goes_into_labels_that_are_trades_and_is_named() -> None:
    given = market()
    rates = FinancingRates({"EUR_USD": DatedRates(given["EUR_USD"].time[:1], np.ones(1), np.ones(1), "made up")})
    costs = replace(FREE, financing=True)
    label = label_from("triple-barrier:side=long,stop=0,target=0,bars=12,period=1")
    options = {"symbols": ["EUR_USD"]}
    without, charged = (build(SNAPSHOT, given, FEATURES, label, costs, financing=f, **options) for f in (None, rates))
    assert (without.manifest["financing"], charged.manifest["financing"]) == ([], ["made up"])
    assert (charged.outcome - without.outcome).max() > 0.001
