"""What the securities master holds, and what is wrong with it."""

from mbats.stack.dashboards.dashboard import Chart, Choice, Dashboard, Dataset, Kind, columns

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
    "newest bar",
)
COVERAGE = Dataset(
    "bars by month",
    "secmaster",
    """SELECT symbol || ' ' || timeframe || ' ' || vendor AS holding, symbol, vendor, timeframe,
       to_char(time AT TIME ZONE 'UTC', 'YYYY-MM') AS month, count(*) AS bars, max(time) AS last
FROM report.bars
GROUP BY 1, 2, 3, 4, 5""",
    columns(text="holding symbol vendor timeframe month", time="last", number="bars"),
    "last",
    "newest bar",
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
    "newest suspicion",
)
SUSPICIONS = Dataset(
    "suspicions by instrument",
    "secmaster",
    """SELECT h.symbol, h.vendor, h.timeframe, h.last, b.gap, b.outlier, b.crossed_spread, b.stale
FROM report.holdings h
LEFT JOIN report.suspicious_bars b USING (symbol, vendor, timeframe, alignment)""",
    columns(text="symbol vendor timeframe", time="last", flag="gap outlier crossed_spread stale"),
    "last",
    "newest bar",
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
    "newest import",
)

DATA_HEALTH = Dashboard(
    "Data health",
    "data-health",
    (
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
                dataset=SUSPICIONS,
                kind=Kind.BAR,
                x="symbol",
                metrics={
                    "gap": "count(*) FILTER (WHERE gap)",
                    "outlier": "count(*) FILTER (WHERE outlier)",
                    "crossed spread": "count(*) FILTER (WHERE crossed_spread)",
                    "stale": "count(*) FILTER (WHERE stale)",
                },
                unit="bars",
                options={"stack": "Stack"},
            ),
            Chart(
                name="Suspicious bars",
                dataset=SUSPICIOUS,
                kind=Kind.TABLE,
                by=("time", "symbol", "timeframe", "close", "gap", "outlier", "crossed_spread", "stale"),
                options={"order_by_cols": ['["time", false]']},
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
