from dataclasses import replace

from tests.fakes.versions import version

from mbats.cli.model_tables import backtest_of
from mbats.market.local_time import DAY

_UNTIL = 400 * DAY


def _walked(**manifest):
    made = version(until=_UNTIL, **manifest)
    return replace(made, fits=(replace(made.fits[0], usable_from=200 * DAY - 1),))


def test_the_next_command_names_what_the_version_may_judge():
    assert backtest_of(_walked()) == (
        "mbats backtest run ModelBracket@EUR_USD -p model=trees/1 --start 1970-07-20T00:00:00Z"
    )


def test_it_names_all_instruments_and_a_timeframe_that_is_not_the_usual_one():
    command = backtest_of(_walked(symbols=["EUR_USD", "USD_JPY"], timeframe="M15"))
    assert "ModelBracket@EUR_USD,USD_JPY -p model=trees/1 -t M15 --start" in command


def test_a_version_that_has_seen_every_bar_is_searched_for_leaks():
    assert backtest_of(version(until=_UNTIL)) == "mbats model check trees/1"
