"""A day with oandapyV20, as its users write it: prints what came back as JSON. Arguments: address, account."""

import json
import os
import sys

import oandapyV20
from oandapyV20.contrib.factories import InstrumentsCandlesFactory
from oandapyV20.contrib.requests import (
    LimitOrderRequest,
    MarketOrderRequest,
    StopLossDetails,
    TakeProfitDetails,
    TradeCloseRequest,
)
from oandapyV20.endpoints import accounts, instruments, orders, positions, pricing, trades, transactions
from oandapyV20.oandapyV20 import TRADING_ENVIRONMENTS

address, account = sys.argv[1:]
TRADING_ENVIRONMENTS["practice"] = {"api": address, "stream": address}
api = oandapyV20.API(access_token=os.environ["TOKEN"])
seen = {}


def refused(request, with_token=None):
    try:
        (with_token or api).request(request)
    except oandapyV20.exceptions.V20Error as error:
        return [error.code, json.loads(error.msg)]
    return "was not refused"


seen["accounts"] = api.request(accounts.AccountList())
seen["summary"] = api.request(accounts.AccountSummary(account))
seen["instruments"] = api.request(accounts.AccountInstruments(account, params={"instruments": "EUR_USD,USD_JPY"}))
since = seen["summary"]["lastTransactionID"]

seen["candles"] = api.request(instruments.InstrumentsCandles("EUR_USD", params={"count": 10, "granularity": "H4"}))
paged = []
span = {"from": "2024-01-08T00:00:00Z", "to": "2024-01-12T00:00:00Z", "granularity": "M5", "count": 500}
for request in InstrumentsCandlesFactory("EUR_USD", params=span):
    paged += api.request(request)["candles"]
seen["paged"] = [candle["time"] for candle in paged]

stream = api.request(pricing.PricingStream(account, params={"instruments": "EUR_USD,USD_JPY"}))
seen["stream"] = [line for line, _ in zip(stream, range(6), strict=False)]
seen["prices"] = api.request(pricing.PricingInfo(account, params={"instruments": "EUR_USD"}))
price = float(seen["prices"]["prices"][0]["closeoutAsk"])

bracket = MarketOrderRequest(
    instrument="EUR_USD",
    units=1000,
    takeProfitOnFill=TakeProfitDetails(price=price + 0.05).data,
    stopLossOnFill=StopLossDetails(price=price - 0.05).data,
)
seen["bracket"] = api.request(orders.OrderCreate(account, data=bracket.data))
trade = seen["bracket"]["orderFillTransaction"]["tradeOpened"]["tradeID"]
seen["trade"] = api.request(trades.TradeDetails(account, tradeID=trade))
seen["moved"] = api.request(trades.TradeCRCDO(account, trade, data={"stopLoss": {"price": f"{price - 0.04:.5f}"}}))

waiting = LimitOrderRequest(instrument="EUR_USD", units=200, price=price - 0.02)
seen["waiting"] = api.request(orders.OrderCreate(account, data=waiting.data))
number = seen["waiting"]["orderCreateTransaction"]["id"]
lower = LimitOrderRequest(instrument="EUR_USD", units=200, price=price - 0.03)
seen["replaced"] = api.request(orders.OrderReplace(account, orderID=number, data=lower.data))
number = seen["replaced"]["orderCreateTransaction"]["id"]
seen["pending"] = api.request(orders.OrdersPending(account))
seen["cancelled"] = api.request(orders.OrderCancel(account, orderID=number))

seen["part"] = api.request(trades.TradeClose(account, tradeID=trade, data=TradeCloseRequest(units=400).data))
seen["position"] = api.request(positions.PositionDetails(account, instrument="EUR_USD"))
seen["closed"] = api.request(positions.PositionClose(account, instrument="EUR_USD", data={"longUnits": "ALL"}))
seen["flat"] = api.request(positions.OpenPositions(account))

seen["changes"] = api.request(accounts.AccountChanges(account, params={"sinceTransactionID": since}))
seen["since"] = api.request(transactions.TransactionsSinceID(account, params={"id": since}))
seen["pages"] = api.request(transactions.TransactionList(account, params={"pageSize": 10}))

wrong = {"order": {"type": "MARKET", "instrument": "EUR_USD", "units": "0"}}
seen["errors"] = {
    "token": refused(accounts.AccountList(), oandapyV20.API(access_token="nobody's")),
    "account": refused(accounts.AccountSummary("101-001-9999999-001")),
    "units": refused(orders.OrderCreate(account, data=wrong)),
    "instrument": refused(instruments.InstrumentsCandles("EUR_XXX")),
    "count": refused(instruments.InstrumentsCandles("EUR_USD", params={"count": 5001})),
    "order": refused(orders.OrderDetails(account, orderID="4711")),
    "cancel": refused(orders.OrderCancel(account, orderID="4711")),
    "position": refused(positions.PositionClose(account, instrument="EUR_USD", data={"longUnits": "ALL"})),
}
print(json.dumps(seen))
