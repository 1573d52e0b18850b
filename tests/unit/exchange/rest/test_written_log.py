from mbats.exchange.moment import Moment
from mbats.exchange.rest import written_log
from mbats.exchange.rest.rendering import TimeStyle
from mbats.exchange.rest.written_log import WrittenLog


def test_writes_each_transaction_once_for_each_account_and_way_of_writing_times(monkeypatch):
    monkeypatch.setattr(written_log, "_MOST", 3)
    log, first = WrittenLog(), {"id": "1", "time": Moment(1_000_000_000)}
    rfc = log.json("a", first, TimeStyle.RFC3339)
    assert rfc == b'{"id":"1","time":"1970-01-01T00:00:01.000000000Z"}'
    assert log.json("a", first, TimeStyle.RFC3339) is rfc
    assert log.json("a", first, TimeStyle.UNIX) == b'{"id":"1","time":"1.000000000"}'
    assert log.json("b", {"id": "1"}, TimeStyle.RFC3339) == b'{"id":"1"}'
    assert log.json("a", {"id": "2"}, TimeStyle.RFC3339) == b'{"id":"2"}', "there is an end to what is kept"
    assert log.json("a", first, TimeStyle.RFC3339) == rfc
