"""A day with OANDA's own v20, as its samples write it: prints what came back. Arguments: host, port, account."""

import json
import os
import sys

import v20
import v20.transaction

host, port, account = sys.argv[1:]
api = v20.Context(host, int(port), ssl=False, application="test", token=os.environ["TOKEN"])
seen = {}


def plain(value):
    if hasattr(value, "dict"):
        return plain(value.dict())
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value


def keep(name, response, status, *fields):
    assert str(response.status) == str(status), f"{name}: {response.status} {response.raw_body}"
    seen[name] = {field: plain(response.get(field, status)) for field in fields}
    return seen[name]


keep("accounts", api.account.list(), 200, "accounts")
summary = keep("summary", api.account.summary(account), 200, "account", "lastTransactionID")
keep("account", api.account.get(account), 200, "account")
keep("instruments", api.account.instruments(account, instruments="EUR_USD,USD_JPY"), 200, "instruments")
keep("candles", api.instrument.candles("EUR_USD", granularity="H1", price="MBA", count=3, smooth=True), 200, "candles")
prices = keep("prices", api.pricing.get(account, instruments="EUR_USD", includeUnitsAvailable=False), 200, "prices")
price = float(prices["prices"][0]["closeoutAsk"])

seen["stream"] = []
for kind, line in api.pricing.stream(account, snapshot=True, instruments="EUR_USD,USD_JPY").parts():
    seen["stream"].append([kind, plain(line)])
    if kind == "pricing.PricingHeartbeat":
        break

bracket = {
    "instrument": "EUR_USD",
    "units": 1000,
    "takeProfitOnFill": v20.transaction.TakeProfitDetails(price=f"{price + 0.05:.5f}"),
    "stopLossOnFill": v20.transaction.StopLossDetails(distance="0.05"),
    "clientExtensions": v20.transaction.ClientExtensions(id="bracket-1", tag="sample"),
}
bought = keep("bracket", api.order.market(account, **bracket), 201, "orderFillTransaction", "relatedTransactionIDs")
trade = bought["orderFillTransaction"]["tradeOpened"]["tradeID"]
keep("trade", api.trade.get(account, trade), 200, "trade")
keep("trades", api.trade.list_open(account), 200, "trades")
moved = {"stopLoss": v20.transaction.StopLossDetails(price=f"{price - 0.04:.5f}")}
keep("moved", api.trade.set_dependent_orders(account, trade, **moved), 200, "stopLossOrderTransaction")

waiting = {"instrument": "EUR_USD", "units": 200, "price": f"{price - 0.02:.5f}", "timeInForce": "GTC"}
made = keep("waiting", api.order.limit(account, **waiting), 201, "orderCreateTransaction")
waiting["price"] = f"{price - 0.03:.5f}"
replaced = api.order.limit_replace(account, made["orderCreateTransaction"]["id"], **waiting)
made = keep("replaced", replaced, 201, "orderCreateTransaction", "orderCancelTransaction")
keep("pending", api.order.list_pending(account), 200, "orders")
keep("cancelled", api.order.cancel(account, made["orderCreateTransaction"]["id"]), 200, "orderCancelTransaction")

keep("part", api.trade.close(account, trade, units="400"), 200, "orderFillTransaction")
keep("position", api.position.get(account, "EUR_USD"), 200, "position")
keep("closed", api.position.close(account, "EUR_USD", longUnits="ALL"), 200, "longOrderFillTransaction")
keep("flat", api.position.list_open(account), 200, "positions")

since = summary["lastTransactionID"]
keep("changes", api.account.changes(account, sinceTransactionID=since), 200, "changes", "state")
keep("since", api.transaction.since(account, id=since), 200, "transactions", "lastTransactionID")
keep("range", api.transaction.range(account, fromID="1", toID="3"), 200, "transactions")
keep("pages", api.transaction.list(account, pageSize=10), 200, "pages", "count")
keep("configured", api.account.configure(account, alias="renamed"), 200, "clientConfigureTransaction")

api.set_datetime_format_unix()
keep("unix", api.account.summary(account), 200, "account")
seen["errors"] = {
    "units": api.order.market(account, instrument="EUR_USD", units=0),
    "account": api.account.summary("101-001-9999999-001"),
    "cancel": api.order.cancel(account, "4711"),
    "order": api.order.get(account, "4711"),
    "position": api.position.close(account, "EUR_USD", longUnits="ALL"),
    "to": api.instrument.candles("EUR_USD", granularity="D", toTime="2100-01-01T00:00:00Z"),
}
api.set_token("nobody's")
seen["errors"]["token"] = api.account.list()
seen["errors"] = {name: [error.status, json.loads(error.raw_body)] for name, error in seen["errors"].items()}
print(json.dumps(seen, default=str))
