from decimal import Decimal

import pytest

from fixtures.engine import ACCOUNT, Desk
from mbats.errors.exchange import NoConversion
from mbats.exchange.exchange import Exchange


def test_the_figures_of_an_account_add_up(desk):
    desk.buy("10000", stopLossOnFill={"price": "1.09"})
    desk.buy("-5000", instrument="USD_JPY")
    desk.tick(1, EUR_USD="1.10500/1.10510")
    account = desk.exchange.details(ACCOUNT)
    assert account["NAV"] == account["balance"] + account["unrealizedPL"]
    assert account["unrealizedPL"] == sum(trade["unrealizedPL"] for trade in account["trades"])
    assert account["marginUsed"] == sum(trade["marginUsed"] for trade in account["trades"]) == Decimal("321.0100")
    assert account["marginAvailable"] == account["NAV"] - account["marginUsed"]
    assert account["marginCloseoutPercent"] == (account["marginUsed"] / account["NAV"] / 2).quantize(Decimal("1e-5"))
    assert (account["openTradeCount"], account["openPositionCount"], account["pendingOrderCount"]) == (2, 2, 1)
    assert account["trades"][1]["stopLossOrderID"] == account["orders"][0]["id"]
    assert [position["instrument"] for position in account["positions"]] == ["EUR_USD", "USD_JPY"]
    assert account["positions"][1]["short"]["units"] == -5000


def test_changes_tell_what_happened_since_a_transaction(desk):
    trade = desk.buy("1000", stopLossOnFill={"price": "1.09"})["id"]
    desk.exchange.close_trade(ACCOUNT, trade, {"units": "400"})
    since = desk.exchange.last_transaction(ACCOUNT)
    assert desk.exchange.changes(ACCOUNT, since)["changes"]["transactions"] == []
    desk.exchange.close_trade(ACCOUNT, trade, {})
    told = desk.exchange.changes(ACCOUNT, since)
    changes = told["changes"]
    assert [one["id"] for one in changes["tradesClosed"]] == [trade]
    assert [one["state"] for one in changes["ordersFilled"]] == ["FILLED"]
    assert [one["type"] for one in changes["ordersCancelled"]] == ["STOP_LOSS"]
    assert [one["instrument"] for one in changes["positions"]] == ["EUR_USD"]
    assert told["state"]["trades"] == []
    everything = desk.exchange.changes(ACCOUNT, 3)["changes"]
    assert (
        [one["id"] for one in everything["tradesOpened"]]
        == [trade]
        == [one["id"] for one in everything["tradesReduced"]]
    )


def test_the_state_shows_what_changes_with_every_price(desk):
    desk.buy("1000", trailingStopLossOnFill={"distance": "0.0030"})
    state = desk.exchange.changes(ACCOUNT, 3)["state"]
    assert state["orders"][0]["trailingStopValue"] == Decimal("1.09700")
    assert state["orders"][0]["triggerDistance"] == Decimal("0.00300")
    assert state["trades"][0]["unrealizedPL"] == Decimal("-0.1000")
    assert state["positions"][0]["longUnrealizedPL"] == Decimal("-0.1000")


def test_home_conversions_go_over_the_pairs_there_are(desk):
    rows = {row["currency"]: row for row in desk.exchange.home_conversions(ACCOUNT)}
    assert set(rows) == {"EUR", "GBP", "JPY", "USD"}
    assert rows["USD"] == {"currency": "USD", "accountGain": 1, "accountLoss": 1, "positionValue": 1}
    assert rows["JPY"]["positionValue"] == (1 / Decimal("150.005")).quantize(Decimal("1e-12"))
    assert rows["EUR"]["accountGain"] == Decimal("1.10005") * Decimal("0.995")


def test_an_account_in_a_currency_that_nothing_leads_to_is_refused():
    with pytest.raises(NoConversion, match="CHF"):
        Desk(("EUR_USD", "USD_JPY"), currency="CHF")


def test_several_accounts_know_nothing_of_one_another(desk):
    desk.exchange.open_account("101-001-1-002", "EUR", Decimal(5_000))
    desk.exchange.submit("101-001-1-002", {"type": "MARKET", "instrument": "EUR_USD", "units": "1000"})
    desk.tick(1, EUR_USD="1.11000/1.11010")
    assert not desk.book.holds
    account = desk.exchange.summary("101-001-1-002")
    assert account["unrealizedPL"] == (Decimal("9.9") / Decimal("1.11005") * Decimal("0.995")).quantize(
        Decimal("0.0001")
    )


def test_a_delta_holds_what_has_changed_since_the_last(desk):
    desk.buy(stopLossOnFill={"price": "1.09"})
    whole = desk.exchange.snapshot()["accounts"][ACCOUNT]
    assert (list(whole["orders"]), list(whole["trades"])) == (["4", "6"], ["5"])
    nothing = desk.exchange.delta()["accounts"][ACCOUNT]
    assert (nothing["orders"], nothing["trades"]) == ({}, {})
    desk.exchange.cancel(ACCOUNT, "6")
    delta = desk.exchange.delta()["accounts"][ACCOUNT]
    assert (list(delta["orders"]), list(delta["trades"])) == (["6"], ["5"])


def test_a_restored_exchange_goes_on_as_the_first_would(desk):
    desk.buy(trailingStopLossOnFill={"distance": "0.0030"})
    desk.send("LIMIT", units="500", price="1.09500")
    desk.exchange.halt(["GBP_USD"])
    log = list(desk.book.transactions)
    again = Exchange.restore(desk.terms, desk.exchange.snapshot(), {ACCOUNT: log})
    for exchange in (desk.exchange, again):
        exchange.glide(exchange.time + 10**12, {"EUR_USD": (Decimal("1.09"), Decimal("1.0901"))})
        exchange.submit(ACCOUNT, {"type": "MARKET", "instrument": "GBP_USD", "units": "1"})
    assert again.transactions(ACCOUNT) == desk.exchange.transactions(ACCOUNT)
    assert again.snapshot() == desk.exchange.snapshot()
