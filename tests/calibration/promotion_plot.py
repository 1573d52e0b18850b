"""The calibration of promotion as a picture: what noise passes, and where the champions' intervals lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_BLUE, _OCHRE, _INK, _RULE = "#17466b", "#c58a2e", "#2b2d31", "#d5d7da"
_LEFT, _TOP, _HIGH, _NARROW, _WIDE, _GAP = 56, 60, 260, 280, 560, 80
_MOST = 0.1


def plot(shares: Mapping[str, float], intervals: Sequence[tuple[float, float, float]], planted: float) -> str:
    """Return an SVG picture.

    Parameters
    ----------
    shares
        Of markets without a signal, by what their best challenger passes.
    intervals
        Of each champion where there is a signal: information coefficient, and the ends of its interval.
    planted
        The coefficient that is there.
    """
    second = _LEFT + _NARROW + _GAP
    parts = [
        _text(_LEFT, 24, "Pure noise, before costs: share that passes", size=14),
        *_bars(shares),
        _text(second, 24, "A planted signal: each champion's information coefficient, 95 %", size=14),
        *_lines(sorted(intervals), planted, second),
    ]
    width, height = second + _WIDE + 20, _TOP + _HIGH + 50
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'font-family="system-ui, sans-serif" font-size="12" fill="{_INK}">'
        f'<rect width="{width}" height="{height}" fill="white"/>'
    )
    return "\n".join([head, *parts, "</svg>\n"])


def _bars(shares: Mapping[str, float]) -> Iterator[str]:
    room = _NARROW / len(shares)
    for number, (name, share) in enumerate(shares.items()):
        x, y = _LEFT + room * number, _height(share / _MOST)
        size = f'width="{room - 30:.1f}" height="{_height(0) - y:.1f}"'
        yield f'<rect x="{x + 15:.1f}" y="{y:.1f}" {size} fill="{_BLUE}"/>'
        yield _text(x + room / 2, y - 6, f"{share:.1%}", anchor="middle")
        yield _text(x + room / 2, _height(0) + 18, name, anchor="middle")
    y = _height(0.05 / _MOST)
    yield _rule(_LEFT, _NARROW, y, "4 3")
    yield _text(_LEFT - 6, y + 4, "5%", anchor="end")
    yield _rule(_LEFT, _NARROW, _height(0))


def _lines(intervals: Sequence[tuple[float, float, float]], planted: float, left: int) -> Iterator[str]:
    highest = max([planted, *(high for _, _, high in intervals)])
    lowest = min([0.0, *(low for _, low, _ in intervals)])

    def level(value: float) -> float:
        return _height((value - lowest) / (highest - lowest))

    for number, (value, low, high) in enumerate(intervals):
        x = left + _WIDE * (number + 0.5) / len(intervals)
        colour = _BLUE if low <= planted <= high else _OCHRE
        yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{level(low):.1f}" y2="{level(high):.1f}" stroke="{colour}"/>'
        yield f'<circle cx="{x:.1f}" cy="{level(value):.1f}" r="1.4" fill="{colour}"/>'
    yield _rule(left, _WIDE, level(0.0))
    y = level(planted)
    yield _rule(left, _WIDE, y, "4 3")
    yield _text(left - 6, y + 4, f"{planted:g}", anchor="end")
    yield _text(left - 6, level(0.0) + 4, "0", anchor="end")
    missed = sum(not low <= planted <= high for _, low, high in intervals)
    words = f"{len(intervals)} champions; {missed} intervals (ochre) miss what was planted"
    yield _text(left, _height(0) + 18, words)


def _rule(left: int, wide: int, y: float, dashes: str = "") -> str:
    stroke = f'stroke="{_INK}" stroke-dasharray="{dashes}"' if dashes else f'stroke="{_RULE}"'
    return f'<line x1="{left}" x2="{left + wide}" y1="{y:.1f}" y2="{y:.1f}" {stroke}/>'


def _height(share: float) -> float:
    return _TOP + _HIGH * (1 - share)


def _text(x: float, y: float, words: str, *, anchor: str = "start", size: int = 12) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}">{words}</text>'
