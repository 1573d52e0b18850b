from dataclasses import replace

import pytest

from fakes.market import hourly
from mbats.adapters.files.reader import FileReader
from mbats.errors.simulation import SplitInTheWay, SplitSuspected
from mbats.market.catalogue import equity
from mbats.pipelines.ingest import FileForm, prepare
from mbats.pipelines.splits import refuse_splits
from mbats.secmaster.corporate_actions import suspected_splits


def shares(closes, opening=None):
    bars = replace(hourly("EUR_USD", closes), instrument=equity("ACME"))
    if opening is not None:
        bars.mid.open[-1] = opening
    return {"ACME": bars}


@pytest.mark.parametrize("ratio", [2, 3, 7, 1.5, 0.1, 0.5])
def test_an_open_at_a_simple_fraction_of_the_close_before_is_refused_where_nothing_is_known(ratio):
    with pytest.raises(SplitSuspected, match="ACME"):
        refuse_splits({}, shares([90.0, 91.0, 92.0], 91.0 / ratio * 1.02))


@pytest.mark.parametrize("opening", [91.0, 80.0, 72.0, 110.0])
def test_ordinary_gaps_are_not_splits(opening):
    refuse_splits({}, shares([90.0, 91.0, 92.0], opening))


def test_what_is_known_wins_over_what_the_prices_suggest():
    halved = shares([90.0, 91.0, 92.0], 45.5)
    refuse_splits({"ACME": ()}, halved)
    with pytest.raises(SplitInTheWay, match="2024-01-08"):
        refuse_splits({"ACME": ("2024-01-08",)}, halved)


def test_no_split_of_recorded_shares_goes_unnoticed(shared_data):
    delivery = prepare([shared_data / "us_AAPL_D.parquet"], FileForm(), FileReader(), {})
    suspected = suspected_splits(delivery.batches[0].bars)
    assert {"2000-06-21", "2005-02-28", "2014-06-09", "2020-08-31"} <= set(suspected)
    assert len(suspected) <= 6
