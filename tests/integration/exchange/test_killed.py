"""The exchange killed at random while a client trades as fast as it can: nothing that was told is lost."""

import http.client
import json
import subprocess
import sys
import threading
import time
from decimal import Decimal
from random import Random

from fakes.exchange_client import Client

ACCOUNT = "/v3/accounts/101-001-1000000-001"
SERVE = (
    *(sys.executable, "-m", "mbats", "exchange", "serve", "--market", "planted", "-s", "EUR_USD"),
    *("--start", "2024-07-01T10:00", "--end", "2024-09-01", "--clock", "3600", "--port", "0", "--admin-port", "0"),
)
ROUNDS, PATIENCE = 5, 60


class Exchange:
    """One life of the server's process."""

    def __init__(self, folder):
        address = folder / "address.json"
        address.unlink(missing_ok=True)
        self.process = subprocess.Popen([*SERVE, "--home", folder], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        deadline = time.monotonic() + PATIENCE
        while not address.exists():
            assert self.process.poll() is None, self.process.stderr.read()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        self.address = json.loads(address.read_text())

    def client(self):
        return Client(self.address["url"], self.address["token"])

    def kill(self):
        self.process.kill()
        self.process.communicate()


def trade(client, random, told):
    """Send orders and keep every transaction that a reply tells, until the server is gone."""
    sides = {"takeProfitOnFill": {"distance": "0.00200"}, "trailingStopLossOnFill": {"distance": "0.00100"}}
    number = 0
    try:
        while True:
            number += 1
            units = str(random.choice([-300, -200, 100, 200]))
            order = {"type": "MARKET", "instrument": "EUR_USD", "units": units, **(sides if number % 3 == 0 else {})}
            if number % 4 == 0:
                order |= {"type": "LIMIT", "price": "0.50000" if units[0] != "-" else "2.00000"}
            keep(client.ask("POST", f"{ACCOUNT}/orders", {"order": order}), told)
            if number % 8 == 0:
                waiting = client.get(f"{ACCOUNT}/orders")["orders"]
                keep(client.ask("PUT", f"{ACCOUNT}/orders/{waiting[-1]['id']}/cancel"), told)
    except (OSError, http.client.HTTPException, ValueError):
        return


def keep(reply, told):
    for name, record in reply[1].items():
        if name.endswith("Transaction"):
            told[record["id"]] = record


def log(client):
    return client.get(f"{ACCOUNT}/transactions/sinceid?id=0")["transactions"]


def folded(transactions, last):
    """What a plain reading of the log up to `last` says: balance, units of open trades, ids of waiting orders."""
    balance, trades, orders = "", {}, set()
    for record in transactions[: int(last)]:
        balance = record.get("accountBalance", balance)
        if record["type"].endswith("_ORDER"):
            orders.add(record["id"])
        orders.discard(record.get("orderID"))
        if opened := record.get("tradeOpened"):
            trades[opened["tradeID"]] = Decimal(opened["units"])
        for part in (*record.get("tradesClosed", ()), *filter(None, [record.get("tradeReduced")])):
            trades[part["tradeID"]] += Decimal(part["units"])
    return balance, {number: units for number, units in trades.items() if units}, orders


def told_by(account):
    trades = {trade["id"]: Decimal(trade["currentUnits"]) for trade in account["trades"]}
    return account["balance"], trades, {order["id"] for order in account["orders"]}


def test_whatever_was_acknowledged_is_there_after_kill_9(tmp_path):
    random, told, before = Random(7), {}, []
    for number in range(ROUNDS):
        exchange = Exchange(tmp_path / "exchange")
        try:
            client = exchange.client()
            after = log(client)
            assert after[: len(before)] == before
            assert [record["id"] for record in after] == [str(n + 1) for n in range(len(after))]
            assert {number: record for number, record in told.items() if after[int(number) - 1] != record} == {}
            trader = threading.Thread(target=trade, args=(exchange.client(), Random(number), told))
            trader.start()
            time.sleep(random.uniform(0.05, 0.6))
        finally:
            exchange.kill()
        trader.join(PATIENCE)
        before = after
    assert len(told) > 50
    exchange = Exchange(tmp_path / "exchange")
    try:
        client = exchange.client()
        assert {number for number, record in told.items() if log(client)[int(number) - 1] != record} == set()
        client.ask("PUT", f"{ACCOUNT}/positions/EUR_USD/close", {"longUnits": "ALL"})
        account = client.get(ACCOUNT)["account"]
        assert told_by(account) == folded(log(client), account["lastTransactionID"])
    finally:
        exchange.kill()
