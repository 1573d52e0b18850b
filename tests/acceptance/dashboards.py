"""Superset's dashboards as a person sees them in a browser."""

from __future__ import annotations

from typing import Any

from fixtures.browser import Page

LOADED = 240.0
"""Seconds that a dashboard may take on a machine that has much else to do."""
TILES = """[...document.querySelectorAll('[data-test="chart-grid-component"]')].map(tile => {
    const canvas = tile.querySelector('canvas');
    const dots = canvas && canvas.width && canvas.height
        ? canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.filter((_, i) => i % 4 === 3)
        : [];
    return {
        name: tile.dataset.testChartName, kind: tile.dataset.testVizType, text: tile.innerText,
        loading: tile.querySelector('.loading, [data-test="loading-indicator"]') !== null,
        rows: tile.querySelectorAll('tbody tr').length, inked: dots.some(dot => dot > 0),
        newest: tile.querySelector('.header-line')?.innerText ?? '',
        asked: tile.querySelector('[data-test="last-queried-label"]')?.innerText ?? '',
    };
})"""
BOTTOM = """Math.ceil(Math.max(...[...document.querySelectorAll('[data-test="chart-grid-component"]')]
    .map(tile => tile.getBoundingClientRect().bottom))) + 32"""


def enter(page: Page, address: str, user: str, password: str) -> None:
    """Log in."""
    page.visit(f"{address}/login/")
    page.write("#username", user)
    page.write("#password", password)
    page.click("button[type=submit], input[type=submit]")
    page.until("!location.pathname.startsWith('/login')")


def look(page: Page, address: str, slug: str, tiles: int) -> list[dict[str, Any]]:
    """Open a dashboard on a screen that shows all of it, and return its tiles once they have settled."""
    page.visit(f"{address}/superset/dashboard/{slug}/?standalone=1", width=1440, height=2600)
    page.until(f"(all => all.length >= {tiles} && all.every(one => !one.loading && one.asked))({TILES})", LOADED)
    page.until(f"(now => (window.told === now) || (window.told = now, false))(JSON.stringify({TILES}))")
    found: list[dict[str, Any]] = page.ask(TILES)
    return found


def bottom(page: Page) -> int:
    """Return where the last tile ends, in pixels."""
    return int(page.ask(BOTTOM))
