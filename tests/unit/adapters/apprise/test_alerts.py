"""Alerts through Apprise to a real HTTP server on loopback."""

import pytest

from fixtures.hook import listening
from mbats.adapters.apprise.alerts import AppriseAlerts
from mbats.errors.alerts import NoSuchService
from mbats.live.alert_budget import AlertBudget
from mbats.live.alerts import AlertKind


@pytest.fixture
def service():
    """A web hook's address, and what it is told."""
    with listening() as (place, told):
        yield f"json://{place}/hook", told


def test_people_are_told_with_the_facts_and_how_much_was_left_out(service):
    url, told = service
    alerts = AppriseAlerts([url], AlertBudget(hourly=1))
    alerts.tell(AlertKind.FILL, "Bought 1,000 EUR_USD at 1.10000.", {"session": "sample"})
    alerts.tell(AlertKind.FILL, "Sold.", {})
    alerts.tell(AlertKind.ALARM, "Two orders.", {})
    alerts.close()
    assert [one["title"] for one in told] == ["MBATS: fill", "MBATS: alarm"]
    assert "session: sample" in told[0]["message"]
    assert told[1]["type"] == "failure"


def test_a_days_letter_comes_whole(service):
    url, told = service
    alerts = AppriseAlerts([url])
    alerts.tell(AlertKind.DAILY, "Wednesday: -3.50 USD.\nNothing is open: no financing is due.", {"session": "sample"})
    alerts.close()
    assert [one["title"] for one in told] == ["MBATS: daily"]
    assert told[0]["message"].splitlines()[:2] == ["Wednesday: -3.50 USD.", "Nothing is open: no financing is due."]
    assert told[0]["type"] == "info"


def test_an_address_that_nobody_knows_is_counted_and_not_shown():
    with pytest.raises(NoSuchService) as caught:
        AppriseAlerts(["nosuch://user:secret@host"])
    assert "secret" not in str(caught.value)
    assert "Address 1 of 1" in str(caught.value)


def test_a_service_that_is_away_holds_nobody_up(caplog):
    alerts = AppriseAlerts(["json://127.0.0.1:9/secret-path"])
    alerts.tell(AlertKind.FILL, "Bought.", {})
    alerts.close()
    assert "not every service" in caplog.text
    assert "secret-path" not in caplog.text
