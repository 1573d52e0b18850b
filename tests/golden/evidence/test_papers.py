"""The numbers that the papers print, computed by us."""

from math import sqrt

import pytest

from mbats.evidence.luck import deflated_sharpe, expected_maximum
from mbats.evidence.track_record import TrackRecord, minimum_track_record, probabilistic_sharpe

# Bailey and Lopez de Prado (2012), "The Sharpe ratio efficient frontier", section "Probabilistic Sharpe ratio": a hedge
# fund with 24 monthly returns, a monthly ratio of 0.458 (1.59 a year), skewness -2.448 and kurtosis 10.164.
FUND = TrackRecord(sharpe=0.458, days=24, skewness=-2.448, kurtosis=10.164)

# Bailey and Lopez de Prado (2014), "The deflated Sharpe ratio", section "A numerical example": five years of 250 daily
# returns, the best of 100 trials with an annualised ratio of 2.5, variance of the trials' annualised ratios 1/2.
BEST = TrackRecord(sharpe=2.5 / sqrt(250), days=1250, skewness=-3.0, kurtosis=10.0)
VARIANCE = 0.5 / 250


def test_probabilistic_sharpe_of_a_fund_with_fat_tails():
    assert probabilistic_sharpe(FUND) == pytest.approx(0.913, abs=5e-4)


def test_probabilistic_sharpe_of_the_same_fund_had_its_returns_been_normal():
    assert probabilistic_sharpe(TrackRecord(FUND.sharpe, FUND.days)) == pytest.approx(0.982, abs=5e-4)


@pytest.mark.parametrize(
    ("periods", "skewness", "kurtosis", "years"),
    [(252, 0.0, 3.0, 2.73), (52, 0.0, 3.0, 2.83), (12, 0.0, 3.0, 3.24), (12, -0.72, 5.78, 4.99)],
    ids=["daily", "weekly", "monthly", "monthly, as hedge funds' are"],
)
def test_minimum_track_record_of_two_against_one(periods, skewness, kurtosis, years):
    """Bailey and Lopez de Prado (2012), section "Minimum track record length": annualised ratio 2 over 1, at 95 %."""
    record = TrackRecord(2 / sqrt(periods), 0, skewness, kurtosis)
    needed = minimum_track_record(record, 1 / sqrt(periods), 0.95)
    assert needed / periods == pytest.approx(years, abs=5e-3)


def test_deflated_sharpe_of_the_worked_example():
    assert expected_maximum(100, VARIANCE) == pytest.approx(0.1132, abs=5e-5)
    assert deflated_sharpe(BEST, 100, VARIANCE) == pytest.approx(0.9004, abs=5e-5)


def test_deflated_sharpe_of_the_same_record_after_46_trials():
    assert deflated_sharpe(BEST, 46, VARIANCE) == pytest.approx(0.9505, abs=5e-5)


def test_deflated_sharpe_of_the_same_record_had_it_been_normal_after_88_trials():
    assert deflated_sharpe(BEST._replace(skewness=0.0, kurtosis=3.0), 88, VARIANCE) == pytest.approx(0.9505, abs=5e-5)


def test_expected_maximum_of_ten_worthless_trials_in_a_year():
    """Bailey, Borwein, Lopez de Prado and Zhu (2014), "Pseudo-mathematics and financial charlatanism", figure 1."""
    assert expected_maximum(10, 1.0) == pytest.approx(1.57, abs=5e-3)


def test_five_years_allow_no_more_than_45_trials():
    """The same paper, "Minimum backtest length": beyond, a ratio of 1 is expected of the best worthless one."""
    assert expected_maximum(45, 1 / 5) <= 1.0 < expected_maximum(46, 1 / 5)
