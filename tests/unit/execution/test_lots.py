from mbats.execution.lots import Lots


def opened(*lots):
    book = Lots()
    for number, (units, price) in enumerate(lots, start=1):
        book.open(units, price, number)
    return book


def test_the_oldest_is_closed_first():
    book = opened((10, 1.0), (10, 2.0))
    closing = book.close(-15, 3.0)
    assert (closing.units, closing.profit, closing.finished) == (-15, 25.0, (1,))
    assert (book.units, book.of(2), book.profit(3.0)) == (5, 5, 5.0)


def test_a_protective_order_closes_its_own_lot():
    book = opened((10, 1.0), (10, 2.0))
    closing = book.close(-10, 3.0, first=2)
    assert (closing.profit, closing.finished, book.of(1)) == (10.0, (2,), 10)


def test_more_than_there_is_is_left_over():
    closing = opened((-10, 2.0)).close(25, 1.0)
    assert (closing.units, closing.profit) == (10, 10.0)


def test_the_same_direction_closes_nothing():
    book = opened((10, 1.0))
    assert book.close(5, 2.0) == (0, 0.0, ())
    assert book.units == 10
