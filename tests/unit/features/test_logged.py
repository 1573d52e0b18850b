import numpy as np
import pytest

from fakes.market import hourly
from mbats.adapters.backtrader.analyzers.feature_logger import write
from mbats.errors.feature import LoggedRunDamaged, LoggedRunMissing
from mbats.features.feature_set import FeatureSet
from mbats.features.logged import NAME, logged_features, read_logged
from mbats.features.view import View

LINE = "RSI.rsi"


def test_what_the_feature_logger_wrote_becomes_features_of_each_instrument(tmp_path):
    market = {symbol: hourly(symbol, np.linspace(1.0, 2.0, 30)) for symbol in ("EUR_USD", "GBP_USD")}
    lines = {symbol: np.arange(30.0) + number for number, symbol in enumerate(market)}
    logged = {
        symbol: {"time": bars.time, "known_at": bars.known_at, "close": bars.close, LINE: lines[symbol]}
        for symbol, bars in market.items()
    }
    logged["GBP_USD"]["ATR.atr"] = np.ones(30)
    write(logged, tmp_path)
    table = read_logged(tmp_path)
    chosen = FeatureSet(logged_features(table))
    assert chosen.columns == (f"series_value_{NAME}_{LINE}", f"series_value_{NAME}_ATR.atr")
    for symbol, bars in market.items():
        values = chosen.compute(View(bars.rows(10, 30), {}, {NAME: table}))
        np.testing.assert_array_equal(values[:, 0], lines[symbol][10:])
        assert np.isnan(values[:, 1]).all() == (symbol == "EUR_USD")


def test_a_folder_without_a_run_or_with_something_else_is_refused(tmp_path):
    with pytest.raises(LoggedRunMissing, match="FeatureLogger"):
        read_logged(tmp_path)
    (tmp_path / "EUR_USD.parquet").write_text("nothing")
    with pytest.raises(LoggedRunDamaged, match="EUR_USD"):
        read_logged(tmp_path)
