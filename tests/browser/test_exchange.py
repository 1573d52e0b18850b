"""The exchange's page as a person opens it: by its link, live, in a real browser."""

import httpx
import pytest

from fixtures.exchange import Client, market
from mbats.bootstrap.exchange import PaperExchange
from mbats.exchange.pacing import Stepped

HOSTILE = "<script>document.title = 'taken'</script>"
HOUR = 3_600_000_000_000


def texts(table, row=0):
    return f"[...document.querySelectorAll('#{table} tbody tr')][{row}]?.innerText ?? ''"


@pytest.fixture
def exchange():
    with PaperExchange(market(), pacing=Stepped()) as running:
        client = Client(running)
        client.buy(units="20000", stopLossOnFill={"distance": "0.00500"})
        client.order(
            type="LIMIT", instrument="USD_JPY", units="5000", price="100.000", clientExtensions={"comment": HOSTILE}
        )
        yield running
        client.http.close()


@pytest.mark.parametrize("dark", [False, True])
def test_the_link_shows_everything_without_an_error_or_a_request_elsewhere(page, exchange, dark):
    opened = page.open(exchange.server.page_url, dark=dark)
    opened.until("document.getElementById('state').dataset.state === 'live'")
    assert opened.ask(texts("trades")).split("\t")[1:3] == ["EUR_USD", "20,000"]
    assert "USD_JPY" in opened.ask(texts("orders"))
    assert opened.ask("document.querySelectorAll('#prices tbody tr').length") == 4
    assert opened.ask("document.querySelectorAll('.card').length") == 6
    assert opened.errors == []
    assert all(address.startswith(exchange.url) for address in opened.requests)
    assert opened.ask("location.hash") == ""


def test_the_page_follows_the_market_and_the_account(page, exchange):
    opened = page.open(exchange.server.page_url)
    client = Client(exchange)
    before = opened.ask("document.getElementById('time').textContent")
    exchange.call(exchange.venue.step(exchange.venue.exchange.time + HOUR))
    opened.until(f"document.getElementById('time').textContent !== '{before}'")
    reply = client.buy("GBP_USD", "-777")["orderFillTransaction"]
    opened.until(f"{texts('transactions')}.startsWith('{reply['id']}')")
    opened.until("document.getElementById('trades').innerText.includes('−777')")
    client.http.close()


def test_a_transaction_opens_whole_and_what_a_client_wrote_is_not_run(page, exchange):
    opened = page.open(exchange.server.page_url)
    opened.ask("document.querySelector('#transactions tbody tr').click()")
    opened.until("document.querySelector('#transactions pre') !== null")
    assert HOSTILE in opened.ask("document.querySelector('#transactions pre').textContent").replace('\\"', '"')
    assert opened.ask("document.title") == "Paper exchange"


def test_without_a_key_the_page_asks_for_one_and_takes_the_token(page, exchange):
    opened = page.open(f"{exchange.url}/")
    opened.until("document.documentElement.dataset.drawn === 'key'")
    assert opened.ask("document.getElementById('live').hidden")
    opened.ask(f"document.getElementById('key-text').value = '{exchange.token}'")
    opened.ask("document.getElementById('key').requestSubmit()")
    opened.until("!document.getElementById('live').hidden")


def test_a_phone_shows_the_page_without_sideways_scrolling(page, exchange):
    opened = page.open(exchange.server.page_url, 390)
    assert opened.ask("document.documentElement.scrollWidth") == 390


def test_the_key_reads_and_does_nothing_else(exchange):
    key = {"Authorization": f"Bearer {exchange.server.page_url.partition('key=')[2]}"}
    for method, path in (("GET", "/v3/accounts"), ("POST", f"/v3/accounts/{exchange.account}/orders")):
        assert httpx.request(method, exchange.url + path, headers=key).status_code == 401
    assert httpx.get(f"{exchange.url}/page/news", headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert httpx.get(f"{exchange.url}/page/schema.sql").status_code == 404
