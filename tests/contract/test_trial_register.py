"""What every register of trials must do; the fake and PostgreSQL are held to it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from fakes.trial_register import FakeTrialRegister
from fakes.verdict import run_info
from mbats.evidence.deflation import Deflation
from mbats.evidence.track_record import TrackRecord
from mbats.evidence.trial import Trial, TrialResult
from mbats.evidence.tried import PriorTrials, Tried

START, END = datetime(2020, 1, 1, tzinfo=UTC), datetime(2022, 1, 1, tzinfo=UTC)
YEAR = timedelta(days=365)


def trial(number=0, **facts):
    asked = {
        "strategy": "RsiBracket",
        "code": "c0de",
        "parameters": {"rsi_period": number},
        "snapshot": "sha256:5",
        "costs": {"name": "oanda-us"},
        "instruments": ("EUR_USD", "USD_JPY"),
        "start": START,
        "end": END,
    }
    return Trial(**(asked | facts))


def judged(number, sharpe, days=400, **facts):
    return TrialResult(trial(number, **facts), days, TrackRecord(sharpe, days, -0.5, 5.0))


def prior(trials, by="ann", **facts):
    asked = {"instruments": ("EUR_USD",), "start": START, "end": END}
    return PriorTrials(trials, by, START, uuid4(), **(asked | facts))


class TrialRegisterContract:
    """Inherit and give a fixture `register`: an empty register."""

    def everything(self, register):
        return register.tried(["EUR_USD"], START, END)

    def test_knows_nothing_at_first(self, register):
        assert self.everything(register) == Tried(0)

    def test_a_rerun_a_new_name_and_another_size_are_no_new_trial(self, register):
        register.add([judged(1, 0.05)], START)
        register.add([judged(1, 0.07, strategy="Renamed")], END)
        register.add([TrialResult(trial(1))], END)
        assert self.everything(register) == Tried(1, 1)

    def test_the_first_record_stays(self, register):
        register.add([judged(1, 0.05), judged(2, 0.01)], START)
        before = self.everything(register)
        register.add([judged(1, 0.5)], END)
        assert self.everything(register) == before

    def test_a_trial_gets_its_record_when_it_is_known(self, register):
        register.add([TrialResult(trial(1)), TrialResult(trial(2))], START)
        assert self.everything(register) == Tried(2)
        register.add([judged(1, 0.05), judged(2, 0.07)], END)
        assert self.everything(register).judged == 2

    def test_the_variance_is_that_of_ratios_in_units_of_luck(self, register):
        register.add([judged(1, 0.05), judged(2, 0.03), judged(3, 0.1, days=100)], START)
        tried = self.everything(register)
        assert (tried.trials, tried.judged) == (3, 3)
        assert tried.variance == pytest.approx(((1 - 0.8667) ** 2 * 2 + (0.6 - 0.8667) ** 2) / 2, rel=1e-3)

    def test_a_trial_that_never_traded_is_judged_and_has_no_ratio(self, register):
        register.add([judged(1, 0.05), TrialResult(trial(2), days=400)], START)
        assert self.everything(register) == Tried(2, 2)

    def test_one_trial_given_twice_at_once_is_one(self, register):
        register.add([TrialResult(trial(1)), judged(1, 0.05)], START)
        assert self.everything(register) == Tried(1, 1)

    @pytest.mark.parametrize(
        "other",
        [
            {"code": "0ther"},
            {"parameters": {"rsi_period": 0.5}},
            {"snapshot": "sha256:6"},
            {"costs": {"name": "none"}},
            {"instruments": ("EUR_USD",)},
            {"end": END - YEAR},
        ],
        ids=lambda facts: next(iter(facts)),
    )
    def test_whatever_changes_the_result_makes_another_trial(self, register, other):
        register.add([TrialResult(trial()), TrialResult(trial(**other))], START)
        assert self.everything(register).trials == 2

    def test_counts_what_meets_the_instruments_and_the_period(self, register):
        register.add([judged(1, 0.05), judged(2, 0.01, instruments=("USD_JPY",), start=START + YEAR)], START)
        assert register.tried(["USD_JPY", "GBP_USD"], START, END).trials == 2
        assert register.tried(["EUR_USD"], START, END).trials == 1
        assert register.tried(["GBP_USD"], START, END).trials == 0
        assert register.tried(["USD_JPY"], START, START + YEAR).trials == 1
        assert register.tried(["USD_JPY"], END, END + YEAR).trials == 0
        assert register.tried(["USD_JPY"], START - YEAR, START).trials == 0

    def test_of_each_persons_declarations_the_largest_counts(self, register):
        for declared in (prior(20), prior(50), prior(20), prior(7, by="bob"), prior(9, by="eve", end=START)):
            register.declare(declared)
        register.declare(prior(1000, instruments=("USD_JPY",)))
        assert self.everything(register) == Tried(0, prior=57)
        assert self.everything(register).count == 57

    def test_takes_many_at_once(self, register):
        register.add([judged(number, number / 1e5) for number in range(2_000)], START)
        assert self.everything(register).trials == 2_000


class TestFake(TrialRegisterContract):
    @pytest.fixture
    def register(self):
        return FakeTrialRegister()

    def test_the_first_verdict_on_a_run_stays(self, register):
        run, first = uuid4(), Deflation(1, 2, 3, 4, 500, 260, 0.9, 0.8, 0.7, 321.5)
        register.keep(run, first)
        register.keep(run, replace(first, deflated=0.99))
        assert register.kept(run) == first


class TestPostgres(TrialRegisterContract):
    @pytest.fixture
    def register(self, postgres):
        return postgres.trial_register()

    def test_the_first_verdict_on_a_run_stays(self, register, postgres):
        info, first = run_info(), Deflation(1, 2, 3, 4, 500, 260, 0.9, 0.8, 0.7, 321.5)
        assert register.kept(info.id) is None
        postgres.run_store().begin(info)
        register.keep(info.id, first)
        register.keep(info.id, replace(first, deflated=0.99))
        assert register.kept(info.id) == first
