"""Why two runs part in a bar: each rule looks at one cause and says it in a sentence, or nothing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mbats.ledger.run import RunResult
    from mbats.pipelines.comparison.inputs import Input
    from mbats.pipelines.comparison.parting import Parting
    from mbats.pipelines.judged_run import JudgedRun

_COSTS = ("commission", "financing", "spread_cost", "slippage_cost", "conversion_cost")
_DECIDES = ("strategies", "instruments", "timeframe", "start", "end")


def reasons(found: Parting, a: JudgedRun, b: JudgedRun, inputs: Sequence[Input]) -> tuple[str, ...]:
    """Return the causes that can part the two runs in this bar, the likeliest first; never empty."""
    told = [*_bars(found), *_rules(found, a.result, b.result), *_costs(found, a.result, b.result)]
    if differing := [str(one) for one in inputs if one.about in _DECIDES]:
        told.append(f"They were told different things: {'; '.join(differing)}.")
    told += [f"They trade under different terms: {one}." for one in inputs if one.about == "account"]
    if not told:
        told = [f"They trade at different costs: {one}." for one in inputs if one.about == "costs"]
    if not told:
        told = [f"Different programs made them: {one}." for one in inputs if one.about in {"simulator", "commit"}]
    return tuple(told) or ("Nothing that either run was told differs: one of them has a bug.",)


def _bars(found: Parting) -> Iterator[str]:
    if (found.a.row is None) != (found.b.row is None):
        yield f"Only {'B' if found.a.row is None else 'A'} has a bar of {found.instrument} there."
    elif found.a.prices != found.b.prices:
        sides = [name for name in ("mid", "bid", "ask") if found.a.prices.get(name) != found.b.prices.get(name)]
        yield f"Their bars differ there, in {', '.join(sides)}: they read different snapshots."


def _rules(found: Parting, a: RunResult, b: RunResult) -> Iterator[str]:
    """Say what the two fill rules do differently in this bar."""
    if a.info.fills == b.info.fills:
        return
    yield from _inside_the_entry_bar(found, a, b)
    yield from _wrong_side(found)
    yield from _refused(found)
    yield from _bid_and_ask(found)
    yield f"A has {a.info.fills} fills, B {b.info.fills} fills."


def _inside_the_entry_bar(found: Parting, a: RunResult, b: RunResult) -> Iterator[str]:
    pair = found.pair
    if pair.a is None or pair.b is None:
        return
    ends = a.trips.exit_time[pair.a] == pair.entry_time, b.trips.exit_time[pair.b] == pair.entry_time
    if ends[0] != ends[1]:
        yield (
            "The entry bar itself reached the exit's price: under venue fills stop and target live from the fill on, "
            "Backtrader wakes them one bar later and cannot see it."
        )


def _wrong_side(found: Parting) -> Iterator[str]:
    for name, side in (("A", found.a), ("B", found.b)):
        for deed in side.deeds:
            if deed.reason.endswith("on fill loss"):
                yield f"{name} cancelled the entry: its {deed.reason.split(' on ')[0]} would have been filled at once."


def _refused(found: Parting) -> Iterator[str]:
    for name, side in (("A", found.a), ("B", found.b)):
        refused = dict.fromkeys(deed.reason for deed in side.deeds if deed.reason.startswith("insufficient"))
        for reason in refused:
            yield f"{name} refused an order for {reason}; the two fill rules ask for different sums."


def _bid_and_ask(found: Parting) -> Iterator[str]:
    """Give both sides of the market, where one run trades at them and the other at mid."""
    pair = found.pair
    prices = (found.a.prices or found.b.prices).get
    bid, ask, mid = prices("bid"), prices("ask"), prices("mid")
    differs = pair.a is None or pair.b is None or {"entry_price", "exit_price"} & set(pair.differs)
    if differs and bid and ask and mid:
        pips = ask["open"] - bid["open"]
        yield (
            f"Venue fills buy at the ask and sell at the bid, Backtrader's trade at mid: the bar opens at "
            f"{bid['open']!r} / {ask['open']!r}, a spread of {pips:.5g}, around {mid['open']!r}."
        )


def _costs(found: Parting, a: RunResult, b: RunResult) -> Iterator[str]:
    """Name the costs of the trade that differ, where both runs made it."""
    pair = found.pair
    if pair.a is None or pair.b is None or a.info.fills != b.info.fills:
        return
    for name in _COSTS:
        paid = float(getattr(a.trips, name)[pair.a]), float(getattr(b.trips, name)[pair.b])
        if not math.isclose(*paid, rel_tol=0.0, abs_tol=1e-9):
            label = name.removesuffix("_cost")
            yield f"The trade's {label} differs: {paid[0]:,.4f} in A, {paid[1]:,.4f} in B ({a.trips.currency})."
