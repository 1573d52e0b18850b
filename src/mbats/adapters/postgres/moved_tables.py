"""Which tables move from one server to another, and by what their rows are known there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class MovedTable:
    """One table; a row whose parent stays behind stays, too.

    Attributes
    ----------
    identity
        The column that the server numbers itself, anew; rows are brought in its order.
    key
        What a row is known by on any server; empty: its primary key.
    refers
        Columns that bear the identity of another table's row, and that table.
    aside
        Columns that may differ where a row is there already.
    where
        Which rows move; it may ask for ``%(unmoved)s``, names of models that stay.
    """

    name: str
    identity: str = ""
    key: tuple[str, ...] = ()
    refers: Mapping[str, str] = field(default_factory=dict)
    aside: tuple[str, ...] = ()
    where: str = "true"
    triggers: bool = True
    """Whether the server's triggers may follow an insert; else what they would do is among the rows that move."""


_BAR_NAMES = {
    "instrument_id": "secmaster.instrument",
    "vendor_id": "secmaster.data_vendor",
    "timeframe_id": "secmaster.timeframe",
    "alignment_id": "secmaster.alignment",
}
_IMPORTED = {"run_id": "secmaster.ingestion_run"}
_REPLACED = {"replaced_by": "secmaster.ingestion_run"}
SECMASTER = (
    MovedTable("secmaster.exchange", "id", ("code",)),
    MovedTable("secmaster.data_vendor", "id", ("name",)),
    MovedTable("secmaster.timeframe", "id", ("name",)),
    MovedTable("secmaster.alignment", "id", ("name",)),
    MovedTable("secmaster.instrument", "id", ("symbol",), {"exchange_id": "secmaster.exchange"}),
    MovedTable("secmaster.ingestion_run", "id", ("uuid",)),
    MovedTable("secmaster.ingestion_count", "", ("run_id", "subject"), _IMPORTED),
    MovedTable("secmaster.daily_bar", "", (), _BAR_NAMES | _IMPORTED, ("run_id",)),
    MovedTable("secmaster.intraday_bar", "", (), _BAR_NAMES | _IMPORTED, ("run_id",)),
    MovedTable(
        "secmaster.bar_revision",
        "id",
        (*_BAR_NAMES, "time", "run_id", "replaced_by"),
        _BAR_NAMES | _IMPORTED | _REPLACED,
    ),
    MovedTable("secmaster.series", "id", ("name",)),
    MovedTable("secmaster.series_value", "", (), {"series_id": "secmaster.series"} | _IMPORTED, ("run_id",)),
    MovedTable(
        "secmaster.series_revision",
        "id",
        ("series_id", "time", "known_at", "run_id", "replaced_by"),
        {"series_id": "secmaster.series"} | _IMPORTED | _REPLACED,
    ),
)

_RUN, _SWEEP, _SESSION = {"run_id": "risk.run"}, {"sweep_id": "risk.sweep"}, {"session_id": "risk.session"}
_TRIAL, _VERDICT, _DRIFT = (
    {"trial_id": "risk.trial"},
    {"verdict_id": "risk.model_verdict"},
    {"drift_id": "risk.model_drift"},
)
_ENDED = """
uuid IN (SELECT run FROM report.runs WHERE status <> 'running')
AND uuid NOT IN (SELECT run FROM risk.session WHERE NOT over)
"""
_OF_MODELS = "model <> ALL(%(unmoved)s)"
_RESULTS = ("journal", "journal_event", "trade", "position", "cash_flow", "equity", "performance", "deflation")
RISK = (
    MovedTable("risk.run", "id", ("uuid",), where=_ENDED),
    MovedTable("risk.trial", "id", ("fingerprint",), aside=("first_run_at",)),
    MovedTable("risk.run_trial", refers=_RUN | _TRIAL),
    *(MovedTable(f"risk.{name}", refers=_RUN) for name in _RESULTS),
    MovedTable("risk.prior_trial", "id", ("declared_for", "declared_at", "declared_by", "trials")),
    MovedTable(
        "risk.sweep",
        "id",
        ("uuid",),
        {"best_run_id": "risk.run"},
        where="uuid IN (SELECT sweep FROM report.sweeps WHERE status <> 'running')",
    ),
    MovedTable("risk.sweep_cell", refers=_SWEEP | _TRIAL),
    MovedTable("risk.session", "id", ("uuid",), where="over", triggers=False),
    MovedTable("risk.session_claim", refers=_SESSION),
    MovedTable("risk.session_entry", "number", ("session_id", "kind", "key"), _SESSION),
    MovedTable("risk.model_version", "id", ("model", "number"), where=_OF_MODELS),
    MovedTable("risk.model_verdict", "id", ("uuid",), where=_OF_MODELS),
    MovedTable("risk.model_judgement", refers=_VERDICT),
    MovedTable("risk.model_gate", refers=_VERDICT),
    MovedTable("risk.model_move", "id", ("model", "alias", "moved_at"), where=_OF_MODELS),
    MovedTable("risk.model_drift", "id", ("uuid",), where=_OF_MODELS),
    MovedTable("risk.model_drift_feature", refers=_DRIFT),
)

_EXPERIMENT = {"experiment_id": "public.experiments"}
_NAMED = "name <> ALL(%(unmoved)s)"
MLFLOW = (
    MovedTable(
        "public.experiments",
        "experiment_id",
        ("name",),
        aside=("artifact_location", "creation_time", "last_update_time"),
    ),
    MovedTable("public.experiment_tags", refers=_EXPERIMENT),
    MovedTable("public.runs", refers=_EXPERIMENT),
    *(MovedTable(f"public.{name}") for name in ("tags", "params", "metrics", "latest_metrics")),
    MovedTable("public.datasets", refers=_EXPERIMENT),
    *(MovedTable(f"public.{name}") for name in ("inputs", "input_tags")),
    MovedTable("public.logged_models", refers=_EXPERIMENT),
    *(MovedTable(f"public.logged_model_{name}", refers=_EXPERIMENT) for name in ("metrics", "params", "tags")),
    MovedTable("public.registered_models", aside=("last_updated_time",), where=_NAMED),
    *(
        MovedTable(f"public.{name}", where=_NAMED)
        for name in ("registered_model_tags", "model_versions", "model_version_tags", "registered_model_aliases")
    ),
)

_STUDY, _DRAWN = {"study_id": "public.studies"}, {"trial_id": "public.trials"}
OPTUNA = (
    MovedTable("public.studies", "study_id", ("study_name",)),
    MovedTable("public.study_directions", "study_direction_id", ("study_id", "objective"), _STUDY),
    MovedTable("public.study_system_attributes", "study_system_attribute_id", ("study_id", "key"), _STUDY),
    MovedTable("public.study_user_attributes", "study_user_attribute_id", ("study_id", "key"), _STUDY),
    MovedTable("public.trials", "trial_id", ("study_id", "number"), _STUDY),
    MovedTable("public.trial_heartbeats", "trial_heartbeat_id", ("trial_id",), _DRAWN),
    MovedTable("public.trial_intermediate_values", "trial_intermediate_value_id", ("trial_id", "step"), _DRAWN),
    MovedTable("public.trial_params", "param_id", ("trial_id", "param_name"), _DRAWN),
    MovedTable("public.trial_system_attributes", "trial_system_attribute_id", ("trial_id", "key"), _DRAWN),
    MovedTable("public.trial_user_attributes", "trial_user_attribute_id", ("trial_id", "key"), _DRAWN),
    MovedTable("public.trial_values", "trial_value_id", ("trial_id", "objective"), _DRAWN),
)
