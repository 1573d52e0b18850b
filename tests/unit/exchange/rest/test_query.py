"""Parameters as clients really write them."""

import pytest

from mbats.errors.rest import AboveMaximum, InvalidValue
from mbats.exchange.rest.query import Query

MOMENT = 1_502_463_871_639_182_352


@pytest.mark.parametrize(
    "written",
    [
        "1502463871.639182352",
        "2017-08-11T15:04:31.639182352Z",
        "2017-08-11T15:04:31.639182352000Z",
        "2017-08-11T17:04:31.639182352+02:00",
        "2017-08-11T17:04:31.639182352 02:00",
        " 2017-08-11 15:04:31.639182352 ",
    ],
)
def test_reads_a_time_in_either_format_whatever_was_asked_for(written):
    assert Query({"from": written}).moment("from") == MOMENT


@pytest.mark.parametrize(
    ("written", "second"),
    [("0", 0), ("1502463871.0", 1_502_463_871), ("2017-08-11", 1_502_409_600), ("2017-08-11T15:04:31", 1_502_463_871)],
)
def test_reads_whole_seconds_floats_and_dates(written, second):
    assert Query({"from": written}).moment("from") == second * 10**9


@pytest.mark.parametrize(
    "written",
    ["yesterday", "2017-13-11T15:04:31Z", "1969-12-31T23:59:59Z", "2500-01-01T00:00:00Z", "1e9", "-1", "nan", "١٢٣"],
)
def test_refuses_what_is_no_time(written):
    with pytest.raises(InvalidValue, match="'from'"):
        Query({"from": written}).moment("from")


@pytest.mark.parametrize(("written", "meant"), [("True", True), ("FALSE", False), ("true", True), ("0", False)])
def test_reads_booleans_of_every_language(written, meant):
    assert Query({"smooth": written}).boolean("smooth", not meant) is meant


def test_takes_an_empty_parameter_for_an_absent_one():
    query = Query({"count": "", "smooth": " "})
    assert query.number("count") is None
    assert query.boolean("smooth", True) is True
    with pytest.raises(InvalidValue, match="'count'"):
        query.required("count")


@pytest.mark.parametrize("written", ["-1", "1.5", "many", "9" * 19, "²"])
def test_refuses_what_is_no_whole_number(written):
    with pytest.raises(InvalidValue, match="'count'"):
        Query({"count": written}).number("count")


def test_refuses_a_number_out_of_bounds_by_the_bound():
    assert Query({"count": "500"}).number("count", lowest=1, highest=500) == 500
    with pytest.raises(InvalidValue):
        Query({"count": "0"}).number("count", lowest=1)
    with pytest.raises(AboveMaximum, match="Maximum value for 'count' exceeded"):
        Query({"count": "501"}).number("count", highest=500)


def test_reads_a_list_once_each_in_its_order():
    assert Query({"instruments": "USD_JPY, EUR_USD,,USD_JPY"}).names("instruments") == ("USD_JPY", "EUR_USD")
    assert Query({}).names("instruments") is None


def test_reads_one_word_of_several():
    assert Query({"state": "ALL"}).choice("state", ("OPEN", "ALL"), "OPEN") == "ALL"
    assert Query({}).choice("state", ("OPEN", "ALL"), "OPEN") == "OPEN"
    with pytest.raises(InvalidValue, match="'state'"):
        Query({"state": "all"}).choice("state", ("OPEN", "ALL"), "OPEN")


@pytest.mark.parametrize("written", ["0", "-5", "1e3", "ten", ""])
def test_refuses_units_that_are_none(written):
    query = Query({"units": written})
    if not written:
        assert query.decimal("units") is None
        return
    with pytest.raises(InvalidValue, match="'units'"):
        query.decimal("units")
