"""What it takes to be let near a broker."""

import pytest

from fakes.verdict import run_info
from mbats.bootstrap.session_terms import refuse_without_evidence
from mbats.errors.live import NoEvidence, SyntheticEvidence
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
