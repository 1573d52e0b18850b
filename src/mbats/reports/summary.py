"""A run in a handful of rows, for a terminal and for a notebook."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from mbats.market.reference.notice import NOTICE
from mbats.reports.cautions import cautions
from mbats.reports.costs import InstrumentLine, cost_lines, instrument_lines
from mbats.reports.evidence import EvidenceLine, evidence_lines
from mbats.reports.key_figures import KeyFigure, key_figures
from mbats.reports.numerals import NOT_AVAILABLE
from mbats.reports.provenance import strategy_names
from mbats.reports.verdict import verdict

if TYPE_CHECKING:
    from mbats.ledger.run import RunResult
    from mbats.reports.cautions import Ambiguity
    from mbats.reports.costs import CostLine
    from mbats.reports.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Summary:
    """What a reader of a terminal sees of a run; `warning` is empty unless the market is generated."""

    title: str
    period: str
    warning: str
    verdict: str
    figures: tuple[KeyFigure, ...]
    costs: tuple[CostLine, ...]
    instruments: tuple[InstrumentLine, ...]
    currency: str
    cautions: tuple[str, ...]
    evidence: tuple[EvidenceLine, ...]


def summary(result: RunResult, ambiguity: Ambiguity | None = None, evidence: Evidence | None = None) -> Summary:
    """Return the rows that describe `result`."""
    info = result.info
    return Summary(
        title=strategy_names(info),
        period=f"{', '.join(info.instruments)} · {info.timeframe} · {info.start:%Y-%m-%d} to {info.end:%Y-%m-%d}",
        warning=NOTICE if info.synthetic else "",
        verdict=verdict(result.performance, evidence),
        figures=key_figures(result.performance, evidence),
        costs=cost_lines(result.performance),
        instruments=instrument_lines(result.trips),
        currency=result.performance.currency,
        cautions=cautions(result, ambiguity),
        evidence=evidence_lines(evidence) if evidence else (),
    )


def summary_html(result: RunResult, ambiguity: Ambiguity | None = None, evidence: Evidence | None = None) -> str:
    """Return the summary as a fragment of HTML, for a notebook's cell."""
    shown = summary(result, ambiguity, evidence)
    warning = f'<p style="color:#8a5a00"><b>{escape(shown.warning)}</b></p>' if shown.warning else ""
    figures = "".join(_row(figure.label, figure.value, figure.note) for figure in shown.figures)
    costs = "".join(_row(line.name, line.amount, _share(line.of_gross)) for line in shown.costs)
    judged = "".join(_row(line.name, line.value, line.meaning) for line in shown.evidence)
    notes = "".join(f"<li>{escape(caution)}</li>" for caution in shown.cautions)
    return (
        f"<div><b>{escape(shown.title)}</b> · {escape(shown.period)}{warning}<p>{escape(shown.verdict)}</p>"
        f'<div style="display:flex;flex-wrap:wrap;gap:2em;align-items:flex-start">{_table("Figures", figures)}'
        f"{_table(f'From gross to net, {shown.currency}', costs)}"
        f"{_table('How much of it is luck', judged) if judged else ''}</div><ul>{notes}</ul></div>"
    )


def _share(of_gross: str) -> str:
    """Say nothing where there is no gross profit to have a share of."""
    return "" if of_gross == NOT_AVAILABLE else f"{of_gross} of gross"


def _table(caption: str, rows: str) -> str:
    title = f'<caption style="text-align:left"><b>{escape(caption)}</b></caption>'
    return f'<table style="font-size:inherit">{title}<tbody>{rows}</tbody></table>'


def _row(label: str, value: str, note: str) -> str:
    left, right = "text-align:left", "text-align:right;font-variant-numeric:tabular-nums"
    return (
        f'<tr><td style="{left}">{escape(label)}</td><td style="{right}">{escape(value)}</td>'
        f'<td style="{left};opacity:.7">{escape(note)}</td></tr>'
    )
