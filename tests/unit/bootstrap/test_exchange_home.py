import json
from pathlib import Path

import pytest

from mbats.bootstrap.exchange_home import ExchangeHome
from mbats.errors.exchange_service import OtherExchange


def test_secrets_are_made_once_and_are_for_their_owner_alone(tmp_path: Path) -> None:
    home = ExchangeHome(tmp_path / "exchange")
    token, admin = home.token(), home.admin_token()
    assert len(token) == len(admin) == 64
    assert token != admin
    assert ExchangeHome(tmp_path / "exchange").token() == token
    modes = {path.name: path.stat().st_mode & 0o777 for path in (home.folder, home.token_file, home.admin_token_file)}
    assert modes == {"exchange": 0o700, "token": 0o600, "admin-token": 0o600}


def test_a_token_that_is_given_takes_the_place_of_the_old(tmp_path: Path) -> None:
    home = ExchangeHome(tmp_path)
    assert home.token() != home.token("given") == home.token()


def test_an_address_is_told_and_withdrawn(tmp_path: Path) -> None:
    home = ExchangeHome(tmp_path)
    home.announce({"url": "http://127.0.0.1:1"})
    assert json.loads(home.address_file.read_text()) == {"url": "http://127.0.0.1:1"}
    assert home.address_file.stat().st_mode & 0o777 == 0o600
    home.withdraw()
    home.withdraw()
    assert not home.address_file.exists()


def test_an_exchange_stays_what_it_was_at_its_first_start(tmp_path: Path) -> None:
    home = ExchangeHome(tmp_path)
    assert home.known() is None
    first = {"market": "planted", "symbols": ["EUR_USD"], "seed": 20}
    home.remember(first, {})
    assert ExchangeHome(tmp_path).known() == first
    home.remember(first, {"seed": 20, "symbols": ("EUR_USD",)})
    with pytest.raises(OtherExchange, match="seed 20, not 21"):
        home.remember(first, {"seed": 21})
