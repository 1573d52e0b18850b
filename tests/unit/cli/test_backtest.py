import pytest

from mbats import cli


@pytest.mark.parametrize("option", ["--units", "--risk", "--volatility", "--leverage"])
@pytest.mark.parametrize("value", ["0", "-1", "much"])
def test_a_size_of_nothing_is_wrong_usage(option, value, home, capsys):
    assert cli.run(["backtest", "run", "RsiBracket", "-s", "EUR_USD", option, value]) == 2
    assert option in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "value"), [("--risk", "101"), ("--spread", "-1"), ("--slippage", "-0.1"), ("--commission", "-0.1")]
)
def test_what_no_broker_offers_is_wrong_usage(option, value, home, capsys):
    assert cli.run(["backtest", "run", "RsiBracket", "-s", "EUR_USD", option, value]) == 2
    assert f"Invalid value for '{option}'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--units", "nan", "FixedUnits was given size = nan"),
        ("--leverage", "nan", "nan is no leverage"),
        ("--currency", "usd", "three upper-case letters"),
        ("--cash", "much", "much is no amount of money"),
        ("--cash", "0", "is no amount of money"),
    ],
)
def test_what_no_account_can_be_is_an_error_that_says_so(option, value, words, home, capsys):
    assert cli.run(["backtest", "run", "RsiBracket", "-s", "EUR_USD", option, value]) == 1
    assert words in capsys.readouterr().err
