"""Whatever a venue writes into its log, reading it never fails: what nobody knows is other, and keeps its words."""

from hypothesis import given
from hypothesis import strategies as st

from mbats.adapters.oanda.transactions import transaction, within
from mbats.execution.broker import Kind

KINDS = st.sampled_from(
    [
        *("MARKET_ORDER", "LIMIT_ORDER", "STOP_LOSS_ORDER", "TRAILING_STOP_LOSS_ORDER", "MARKET_ORDER_REJECT"),
        *("ORDER_FILL", "ORDER_CANCEL", "DAILY_FINANCING", "TRANSFER_FUNDS", "MARGIN_CALL_ENTER", "CREATE"),
        *("DIVIDEND_ADJUSTMENT", "ORDER_CANCEL_REJECT", "_REJECT", ""),
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.decimals().map(str) | st.just("1.10000"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(
    [
        *("time", "instrument", "units", "price", "distance", "pl", "quotePL", "financing", "reason", "rejectReason"),
        *("orderID", "tradeID", "clientOrderID", "clientExtensions", "replacesOrderID", "tradeClose", "positionFill"),
        *("tradesClosed", "tradeReduced", "tradeOpened", "fullPrice", "homeConversionFactors", "positionFinancings"),
        *("accountBalance", "gainQuoteHomeConversionFactor", "amount", "batchID"),
    ]
)


@given(KINDS | st.text(), st.integers(0, 10**12), st.dictionaries(NAMES, VALUES))
def test_no_row_of_a_log_raises(kind, number, rest):
    raw = {**rest, "id": str(number), "type": kind}
    one = transaction(raw)
    assert one.id == number
    assert one.raw == raw
    assert within({"anyTransaction": raw, "lastTransactionID": "1"}) == (one,)


@given(st.text().filter(lambda kind: "ORDER" not in kind), VALUES)
def test_an_unknown_kind_is_other(kind, value):
    known = {"DAILY_FINANCING", "TRANSFER_FUNDS", "MARGIN_CALL_ENTER", "MARGIN_CALL_EXTEND", "MARGIN_CALL_EXIT"}
    one = transaction({"id": "5", "type": kind, "units": value})
    assert kind in known or one.kind is Kind.OTHER


@given(VALUES, KINDS)
def test_an_id_that_is_none_counts_as_zero(value, kind):
    assert isinstance(transaction({"id": value, "type": kind}).id, int)
