"""How a training went, as one page of plotly charts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mbats.market.columns import FloatColumn

_MOST_COLUMNS = 30


def training_page(
    title: str,
    folds: Sequence[Mapping[str, float | None]],
    importance: Mapping[str, float],
    calibration: Sequence[tuple[float, float]],
    returns: FloatColumn,
) -> str:
    """Return HTML that needs nothing from anywhere: figures of the folds, importance, calibration, money.

    Parameters
    ----------
    folds
        Figures of each; their information coefficients are shown with their intervals.
    importance
        By column, the largest first.
    calibration
        What was predicted and what came, in bins.
    returns
        Of each trading day of the account that followed the scores.
    """
    from plotly.subplots import make_subplots

    page = make_subplots(
        rows=2,
        cols=2,
        subplot_titles=("Information coefficient by fold", "Importance", "Calibration", "Traded out of fold, growth"),
    )
    page.add_trace(_coefficients(folds), 1, 1)
    page.add_trace(_importance(importance), 1, 2)
    page.add_trace(_calibration(calibration), 2, 1)
    page.add_trace(_growth(returns), 2, 2)
    page.update_layout(title=title, showlegend=False, height=900, template="plotly_white")
    return str(page.to_html(include_plotlyjs=True, full_html=True))


def _coefficients(folds: Sequence[Mapping[str, float | None]]) -> object:
    import plotly.graph_objects as go

    values = [_number(fold.get("ic")) for fold in folds]
    highs = [_number(fold.get("ic_high")) for fold in folds]
    half = [high - value for high, value in zip(highs, values, strict=True)]
    return go.Bar(x=[f"fold {number}" for number in range(1, len(folds) + 1)], y=values, error_y={"array": half})


def _importance(importance: Mapping[str, float]) -> object:
    import plotly.graph_objects as go

    shown = list(importance.items())[:_MOST_COLUMNS][::-1]
    return go.Bar(x=[share for _, share in shown], y=[column for column, _ in shown], orientation="h")


def _calibration(bins: Sequence[tuple[float, float]]) -> object:
    import plotly.graph_objects as go

    return go.Scatter(x=[asked for asked, _ in bins], y=[came for _, came in bins], mode="lines+markers")


def _growth(returns: FloatColumn) -> object:
    import plotly.graph_objects as go

    return go.Scatter(y=np.cumprod(1.0 + returns) - 1.0, mode="lines")


def _number(value: float | None) -> float:
    return float("nan") if value is None else value
