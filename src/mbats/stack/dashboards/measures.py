"""What a column's name means to a reader: its title with the unit, and how its figures are written."""

_TITLES = {
    "label": "run",
    "ic": "IC",
    "ic_low": "IC, low",
    "ic_high": "IC, high",
    "auc": "AUC",
    "psi": "PSI",
    "ks": "KS",
    "p": "p value",
    "sharpe": "Sharpe",
    "deflated_sharpe": "deflated Sharpe",
    "sharpe_by_luck": "Sharpe by luck",
    "max_drawdown": "deepest drawdown",
    "mfe": "MFE",
    "mae": "MAE",
    "hours": "hours held",
    "days_old": "age, days",
    "seconds_since": "silent for, s",
    "number": "version",
    "why": "to ask why",
}
_FORMATS = {
    "net_profit": ",.2f",
    "total_return": ".1%",
    "max_drawdown": ".1%",
    "drawdown": ".1%",
    "sharpe": ".2f",
    "sharpe_by_luck": ".2f",
    "deflated_sharpe": ".3f",
    "ic": ".4f",
    "auc": ".3f",
    "figure": ".4~f",
    "bound": ".4~f",
    "gross": ",.2f",
    "net": ",.2f",
    "mfe": ",.2f",
    "mae": ",.2f",
    "hours": ",.1f",
    "days_old": ",.1f",
    "seconds_since": ",.0f",
    "units": ",",
    "rows": ",",
    "trades": ",",
}
_SIX_DIGITS = ",.6~r"


def title(name: str, kind: str) -> str:
    """Return what stands above a column; times are UTC."""
    plain = _TITLES.get(name) or name.removesuffix("_at").replace("_", " ")
    return f"{plain} (UTC)" if kind == "time" else plain


def number_format(name: str) -> str:
    """Return the pattern of D3 by which a column's figures are written; six digits where nothing better is known."""
    return _FORMATS.get(name, _SIX_DIGITS)
