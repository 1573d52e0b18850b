"""What it takes to be let near a broker."""

import pytest

from fakes.verdict import run_info
from fakes.versions import version
from mbats.bootstrap.session_terms import refuse_unreleased, refuse_without_evidence
from mbats.errors.live import NoEvidence, SyntheticEvidence
from mbats.errors.scoring import LibrariesChanged, ModelNotLive, SyntheticModel
from mbats.ledger.run import RunStatus, StoredRun

SAMPLE = {"name": "Sample", "code": "c0de", "parameters": {"period": 3}, "instruments": ["EUR_USD"]}


def run(*, synthetic: bool, **facts) -> StoredRun:
    return StoredRun(run_info(strategies=({**SAMPLE, **facts},), synthetic=synthetic), RunStatus.FINISHED)


@pytest.mark.parametrize("environment", ["practice", "live"])
def test_a_profit_on_generated_prices_is_no_ticket_to_a_real_broker(environment):
    with pytest.raises(SyntheticEvidence, match=r"(?s)Sample .*2 runs.*mbats data ingest EUR_USD"):
        refuse_without_evidence([SAMPLE], environment, [run(synthetic=True)] * 2)


@pytest.mark.parametrize("environment", ["practice", "live"])
def test_one_run_on_recorded_bars_is(environment):
    refuse_without_evidence([SAMPLE], environment, [run(synthetic=True), run(synthetic=False)])


def test_real_money_needs_some_evidence_and_a_practice_account_none():
    others = [run(synthetic=False, code="other"), run(synthetic=False, parameters={"period": 4})]
    refuse_without_evidence([SAMPLE], "practice", others)
    with pytest.raises(NoEvidence, match="mbats backtest run Sample"):
        refuse_without_evidence([SAMPLE], "live", others)


def test_paper_is_open_to_all():
    refuse_without_evidence([SAMPLE], "paper", [run(synthetic=True)])
    refuse_without_evidence([SAMPLE], "paper", [])


RELEASED = {"trees": 2}


def test_a_model_of_generated_prices_trades_at_no_real_broker():
    generated = version(synthetic=True)
    refuse_unreleased([generated], "paper", RELEASED.get)
    for environment in ("practice", "live"):
        with pytest.raises(SyntheticModel, match="trees/1 was trained on generated prices"):
            refuse_unreleased([generated], environment, RELEASED.get)


def test_a_real_broker_is_refused_to_a_model_that_other_releases_score():
    old = version(number=2, packages={"scikit-learn": "0.1.7"})
    refuse_unreleased([old], "paper", RELEASED.get)
    with pytest.raises(LibrariesChanged, match=r"scored by scikit-learn .*, not 0\.1\.7"):
        refuse_unreleased([old], "practice", RELEASED.get)


def test_real_money_is_for_the_version_that_a_person_released():
    refuse_unreleased([version(number=2)], "live", RELEASED.get)
    refuse_unreleased([version(number=3)], "practice", RELEASED.get)
    with pytest.raises(ModelNotLive, match=r"(?s)trees/3 .* is version 2.*mbats model promote trees/3 --to live"):
        refuse_unreleased([version(number=3)], "live", RELEASED.get)
    with pytest.raises(ModelNotLive, match="is not set"):
        refuse_unreleased([version(name="other")], "live", RELEASED.get)
