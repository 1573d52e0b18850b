"""The calibration as a picture: what passes that should not, and what passes that should."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_DEFLATED, _NAIVE, _INK, _RULE = "#17466b", "#c58a2e", "#2b2d31", "#d5d7da"
_LEFT, _TOP, _HIGH, _WIDE, _GAP = 56, 64, 240, 400, 90
_DASHES = ("", "6 3", "2 3")


def plot(wrong: Mapping[str, tuple[float, float]], right: Mapping[str, Sequence[tuple[float, float]]]) -> str:
    """Return an SVG picture.

    Parameters
    ----------
    wrong
        By kind of search without any skill: share that passes deflated, and by the best cell's own t-test.
    right
        By kind of search with skill: pairs of true Sharpe ratio and share that passes deflated.
    """
    second = _LEFT + _WIDE + _GAP
    parts = [
        *_frame(_LEFT, "Without any skill: share of searches that pass at 5 %"),
        *_frame(second, "With skill: share that passes deflated"),
        *_bars(wrong),
        *_lines(right, second),
    ]
    width, height = second + _WIDE + 20, _TOP + _HIGH + 96
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'font-family="system-ui, sans-serif" font-size="12" fill="{_INK}">'
        f'<rect width="{width}" height="{height}" fill="white"/>'
    )
    return "\n".join([head, *parts, "</svg>\n"])


def _frame(left: int, title: str) -> Iterator[str]:
    yield _text(left, 24, title, size=14)
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = _height(share)
        yield f'<line x1="{left}" x2="{left + _WIDE}" y1="{y:.1f}" y2="{y:.1f}" stroke="{_RULE}"/>'
        yield _text(left - 6, y + 4, f"{share:.0%}", anchor="end")


def _bars(wrong: Mapping[str, tuple[float, float]]) -> Iterator[str]:
    room = _WIDE / len(wrong)
    for number, (name, shares) in enumerate(wrong.items()):
        centre = _LEFT + room * (number + 0.5)
        for side, (share, colour) in enumerate(zip(shares, (_DEFLATED, _NAIVE), strict=True)):
            x, y = centre + (side - 1) * 32, _height(share)
            yield f'<rect x="{x:.1f}" y="{y:.1f}" width="30" height="{_height(0) - y:.1f}" fill="{colour}"/>'
            yield _text(x + 15, min(y, _height(0.05)) - 5, f"{share:.1%}", anchor="middle", size=11)
        for line, words in enumerate(name.split("\n")):
            yield _text(centre, _height(0) + 18 + 15 * line, words, anchor="middle")
    y = _height(0.05)
    yield f'<line x1="{_LEFT}" x2="{_LEFT + _WIDE}" y1="{y:.1f}" y2="{y:.1f}" stroke="{_INK}" stroke-dasharray="4 3"/>'
    for number, (name, colour) in enumerate((("deflated", _DEFLATED), ("the best cell's own t-test", _NAIVE))):
        yield f'<rect x="{_LEFT + 100 * number}" y="36" width="12" height="12" fill="{colour}"/>'
        yield _text(_LEFT + 100 * number + 17, 46, name)


def _lines(right: Mapping[str, Sequence[tuple[float, float]]], left: int) -> Iterator[str]:
    highest = max(skill for points in right.values() for skill, _ in points)

    def across(skill: float) -> float:
        return left + 24 + (_WIDE - 48) * skill / highest

    for (name, points), dash, number in zip(right.items(), _DASHES, range(3), strict=False):
        places = [(across(skill), _height(share), share) for skill, share in points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in places)
        style = f'fill="none" stroke="{_DEFLATED}" stroke-width="2" stroke-dasharray="{dash}"'
        yield f'<polyline points="{path}" {style}/>'
        yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{_DEFLATED}"/>' for x, y, _ in places)
        y = 46 + 16 * number
        yield f'<line x1="{left + 8}" x2="{left + 44}" y1="{y - 4}" y2="{y - 4}" {style}/>'
        yield _text(left + 52, y, name)
    for skill in sorted({skill for points in right.values() for skill, _ in points}):
        yield _text(across(skill), _height(0) + 18, f"{skill:g}", anchor="middle")
    yield _text(left + _WIDE / 2, _height(0) + 38, "true Sharpe ratio, annualised", anchor="middle")


def _height(share: float) -> float:
    return _TOP + 40 + _HIGH * (1 - share) * 0.95


def _text(x: float, y: float, words: str, *, anchor: str = "start", size: int = 12) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}">{words}</text>'
