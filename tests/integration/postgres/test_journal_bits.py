"""Whatever a journal holds comes back bit for bit."""

from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakes.verdict import result, run_info
from mbats.ledger.journal import Event, JournalWriter, Kind

floats = st.floats(allow_nan=True, allow_infinity=True)
codes = st.integers(-1, 1)
events = st.builds(
    Event,
    time=st.integers(-(2**63), 2**63 - 1),
    kind=st.sampled_from([kind for kind in Kind if kind is not Kind.FILL]),
    instrument=codes,
    strategy=codes,
    order=st.integers(0, 2**63 - 1),
    parent=st.integers(0, 2**63 - 1),
    role=st.integers(0, 8),
    type=st.integers(0, 4),
    reason=st.integers(0, 13),
    currency=codes,
    units=floats,
    price=floats,
    stop=floats,
    target=floats,
    mid=floats,
    slippage=floats,
    pnl=floats,
    amount=floats,
    rate=floats,
)
extras = st.dictionaries(st.sampled_from(["rsi", "a name, with {odd} 'signs'", "ü"]), floats)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(rows=st.lists(st.tuples(events, extras), max_size=12))
def test_comes_back_bit_for_bit(postgres, rows):
    writer = JournalWriter(("EUR_USD", "USD_JPY"), ("a", "b"), ("USD", "JPY"))
    for event, reported in rows:
        writer.append(event, reported)
    stored, info, store = writer.journal(), run_info(), postgres.run_store()
    store.begin(info)
    store.finish(replace(result(info), journal=stored, flows=()))
    back = store.journal(info.id)
    for name in Event._fields:
        assert getattr(back, name).tobytes() == getattr(stored, name).tobytes(), name
    assert list(back.extras) == list(stored.extras)
    for name, column in stored.extras.items():
        np.testing.assert_array_equal(back.extras[name].view(np.int64), column.view(np.int64))
