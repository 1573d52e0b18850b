"""What the securities master holds, and what is wrong with it."""

from mbats.stack.dashboards.dashboard import Chart, Choice, Dashboard, Dataset, Kind, columns, freshness

HOLDINGS = Dataset(
    "holdings",
    "secmaster",
    """SELECT symbol, vendor, timeframe, alignment, rows, first, last,
       extract(epoch FROM now() - last)::float8 / 86400 AS days_old, flagged, synthetic
FROM report.holdings""",
    columns(
        text="symbol vendor timeframe alignment", time="first last", number="rows days_old flagged", flag="synthetic"
    ),
    "last",
)
COVERAGE = Dataset(
    "bars by month",
    "secmaster",
    """SELECT symbol || ' ' || timeframe || ' ' || vendor AS holding, symbol, vendor, timeframe,
       to_char(time AT TIME ZONE 'UTC', 'YYYY-MM') AS month, count(*) AS bars
FROM report.bars
GROUP BY 1, 2, 3, 4, 5""",
    columns(text="holding symbol vendor timeframe month", number="bars"),
)
SUSPICIOUS = Dataset(
    "suspicious bars",
    "secmaster",
    """SELECT symbol, vendor, timeframe, time, close, bid_close, ask_close, gap, outlier, crossed_spread, stale
FROM report.suspicious_bars""",
    columns(
        text="symbol vendor timeframe",
        time="time",
        number="close bid_close ask_close",
        flag="gap outlier crossed_spread stale",
    ),
    "time",
)
IMPORTS = Dataset(
    "imports",
    "secmaster",
    "SELECT subject, source, started_at, finished_at, status, read, inserted, revised, unchanged, flagged\n"
    "FROM report.ingestion_runs",
    columns(
        text="subject source status", time="started_at finished_at", number="read inserted revised unchanged flagged"
    ),
    "started_at",
)

DATA_HEALTH = Dashboard(
    "Data health",
    "data-health",
    (
        (
            freshness(
                "market data",
                "secmaster",
                {
                    "newest bar": "SELECT max(last) FROM report.holdings",
                    "newest import": "SELECT max(started_at) FROM report.ingestion_runs",
                    "newest row of a series": "SELECT max(last) FROM report.series",
                },
            ),
        ),
        (
            Chart(
                name="What there is, and how old",
                dataset=HOLDINGS,
                kind=Kind.TABLE,
                by=(
                    "symbol",
                    "vendor",
                    "timeframe",
                    "alignment",
                    "rows",
                    "first",
                    "last",
                    "days_old",
                    "flagged",
                    "synthetic",
                ),
                options={"order_by_cols": ['["days_old", false]']},
                width=12,
            ),
        ),
        (
            Chart(
                name="Coverage: bars by month",
                dataset=COVERAGE,
                kind=Kind.HEAT_MAP,
                x="month",
                by=("holding",),
                metrics={"bars": "sum(bars)"},
                options={"normalize_across": "y"},
                width=12,
            ),
        ),
        (
            Chart(
                name="Gaps and other suspicions",
                dataset=SUSPICIOUS,
                kind=Kind.BAR,
                x="symbol",
                metrics={
                    "gap": "count(*) FILTER (WHERE gap)",
                    "outlier": "count(*) FILTER (WHERE outlier)",
                    "crossed spread": "count(*) FILTER (WHERE crossed_spread)",
                    "stale": "count(*) FILTER (WHERE stale)",
                },
                options={"stack": "Stack"},
                width=4,
            ),
            Chart(
                name="Suspicious bars",
                dataset=SUSPICIOUS,
                kind=Kind.TABLE,
                by=("time", "symbol", "timeframe", "close", "gap", "outlier", "crossed_spread", "stale"),
                options={"order_by_cols": ['["time", false]']},
                width=8,
            ),
        ),
        (
            Chart(
                name="Imports",
                dataset=IMPORTS,
                kind=Kind.TABLE,
                by=(
                    "started_at",
                    "subject",
                    "source",
                    "status",
                    "read",
                    "inserted",
                    "revised",
                    "unchanged",
                    "flagged",
                ),
                options={"order_by_cols": ['["started_at", false]']},
                width=12,
            ),
        ),
    ),
    (Choice("Instrument", HOLDINGS, "symbol"), Choice("Vendor", HOLDINGS, "vendor")),
)
