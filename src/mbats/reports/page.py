"""What every page is made with: templates that escape all texts, and a chart library that lies in the page itself."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from mbats.reports.numerals import number, percent, typeset
from mbats.reports.prices import packed

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def environment() -> Environment:
    """Return the templates, with the filters ``percent``, ``number`` and ``typeset``."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    templates = Environment(
        loader=PackageLoader("mbats.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= {"percent": percent, "number": number, "typeset": typeset}
    return templates


@cache
def plotly() -> str:
    """Return plotly.js, packed."""
    from plotly.offline import get_plotlyjs

    return packed(get_plotlyjs().encode())
