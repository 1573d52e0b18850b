"""Versions of models, the gates before them, and what drifts away."""

from mbats.stack.dashboards.dashboard import Chart, Choice, Dashboard, Dataset, Kind, columns

VERSIONS = Dataset(
    "model versions",
    "risk",
    """SELECT model, number, array_to_string(aliases, ' ') AS aliases, noted_at, estimator, timeframe, trained_from,
       trained_until, feature_count, fits, ic, auc, log_loss, sharpe, synthetic
FROM report.model_versions""",
    columns(
        text="model aliases estimator timeframe",
        time="noted_at trained_from trained_until",
        number="number feature_count fits ic auc log_loss sharpe",
        flag="synthetic",
    ),
    "noted_at",
    "newest version",
)
VERDICTS = Dataset(
    "verdicts on models",
    "risk",
    "SELECT model, reference, judged_at, passed, sharpe, deflated_sharpe, ic, ic_low, ic_high, trades, drawdown\n"
    "FROM report.model_verdicts",
    columns(
        text="model reference",
        time="judged_at",
        number="sharpe deflated_sharpe ic ic_low ic_high trades drawdown",
        flag="passed",
    ),
    "judged_at",
    "newest verdict",
)
GATES = Dataset(
    "gates of models",
    "risk",
    "SELECT model, reference, judged_at, gate, figure, bound, passed, sentence FROM report.model_gates",
    columns(text="model reference gate sentence", time="judged_at", number="figure bound", flag="passed"),
    "judged_at",
    "newest verdict",
)
MOVES = Dataset(
    "moves of aliases",
    "risk",
    "SELECT model, alias, before, target, moved_at, moved_by, cause FROM report.model_moves",
    columns(text="model alias moved_by cause", time="moved_at", number="before target"),
    "moved_at",
    "newest move",
)
DRIFT = Dataset(
    "drift of models",
    "risk",
    """SELECT model, reference, to_char(reported_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') AS report, reported_at,
       source, feature, psi, ks, p, feature_drifted, drifted
FROM report.model_drift
WHERE feature IS NOT NULL""",
    columns(
        text="model reference report source feature",
        time="reported_at",
        number="psi ks p",
        flag="feature_drifted drifted",
    ),
    "reported_at",
    "newest report",
)

MODELS = Dashboard(
    "Models",
    "models",
    (
        (
            Chart(
                name="Versions",
                dataset=VERSIONS,
                kind=Kind.TABLE,
                by=(
                    "model",
                    "number",
                    "aliases",
                    "estimator",
                    "timeframe",
                    "trained_from",
                    "trained_until",
                    "feature_count",
                    "ic",
                    "auc",
                    "sharpe",
                    "synthetic",
                ),
                options={"order_by_cols": ['["noted_at", false]']},
                width=12,
            ),
        ),
        (
            Chart(
                name="Sharpe and deflated Sharpe of challengers",
                dataset=VERDICTS,
                kind=Kind.BAR,
                x="reference",
                metrics={"Sharpe": "max(sharpe)", "deflated Sharpe": "max(deflated_sharpe)"},
                unit="a year; deflated: probability",
            ),
            Chart(
                name="Information coefficient of challengers",
                dataset=VERDICTS,
                kind=Kind.BAR,
                x="reference",
                metrics={"low": "max(ic_low)", "IC": "max(ic)", "high": "max(ic_high)"},
                unit="rank correlation",
            ),
        ),
        (
            Chart(
                name="Gates",
                dataset=GATES,
                kind=Kind.TABLE,
                by=("judged_at", "reference", "gate", "figure", "bound", "passed", "sentence"),
                options={"order_by_cols": ['["judged_at", false]']},
                width=12,
            ),
        ),
        (
            Chart(
                name="Drift: stability index by feature",
                dataset=DRIFT,
                kind=Kind.HEAT_MAP,
                x="report",
                by=("feature",),
                metrics={"PSI": "max(psi)"},
            ),
            Chart(
                name="Moves of aliases",
                dataset=MOVES,
                kind=Kind.TABLE,
                by=("moved_at", "model", "alias", "before", "target", "moved_by", "cause"),
                options={"order_by_cols": ['["moved_at", false]']},
            ),
        ),
    ),
    (Choice("Model", VERSIONS, "model"),),
)
