"""What every store of verdicts, moves and drift must do; the fake and PostgreSQL are held to it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest

from fakes.promotion_store import FakePromotionStore
from fakes.versions import version
from mbats.errors.promotion import PromotionBusy
from mbats.models.drift.drift import Drift, FeatureDrift, ScoreDrift
from mbats.models.gates.figures import Figures
from mbats.models.gates.gate import Gate
from mbats.models.registry import Alias
from mbats.pipelines.drift.report import DriftReport
from mbats.pipelines.promotion.move import Cause, Move
from mbats.pipelines.promotion.verdict import Judgement, Verdict

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)
GOOD = Gate("ic", 0.04, 0.01, True, "Information coefficient: 0.04, at least 0.01 is asked: passed.")
BAD = Gate("deflated", None, 0.95, False, "Deflated Sharpe ratio: unknown, at least 0.95 is asked: failed.")


def verdict(model="trees", at=NOW, winner="trees/2", **facts):
    judged = (
        Judgement("trees/2", "b" * 64, Figures(ic=0.04, trades=99, challenged=True), (GOOD,)),
        Judgement("ridge/1", "c" * 64, Figures(ic=0.02), (GOOD, BAD)),
    )
    start, end = NOW - timedelta(days=90), NOW - timedelta(days=1)
    made = Verdict(model, at, start, end, 1_500, "5" * 64, "trees/1", judged, winner, True, "ann")
    return replace(made, **facts)


def move(before, to, cause=Cause.COMMAND, alias=Alias.CHAMPION, model="trees", **facts):
    return Move(model, alias, before, to, NOW, "ann", cause, **facts)


def report(model="trees", at=NOW):
    features = (FeatureDrift("rsi_14", 0.3, 0.2, 1e-9, True), FeatureDrift("gap", None, None, None, False))
    drift = Drift(features, ScoreDrift(800, 0.04, 0.0, -0.03, 0.03))
    start, end = NOW - timedelta(days=90), NOW - timedelta(days=1)
    return DriftReport(model, f"{model}/1", "a" * 64, at, start, end, 1_500, "5" * 64, False, drift)


class PromotionStoreContract:
    """Inherit and give a fixture `store`: an empty store, and `other`: the same one, seen by somebody else."""

    def test_one_at_a_time_holds_a_model(self, store, other):
        with store.hold("trees"):
            with pytest.raises(PromotionBusy, match="trees"), other.hold("trees"):
                pass
            with other.hold("ridge"):
                pass
        with other.hold("trees"):
            pass

    def test_gives_verdicts_back_whole_and_the_newest_first(self, store):
        first, second = verdict(), verdict(at=NOW + timedelta(days=1), winner=None, champion=None)
        for one in (first, second, verdict("ridge")):
            store.keep(one)
        assert store.verdicts("trees") == [second, first]
        assert store.verdicts("unheard-of") == []

    def test_gives_moves_of_an_alias_back_in_order(self, store):
        kept = verdict()
        store.keep(kept)
        made = [move(None, 1), move(1, 2, Cause.VERDICT, verdict=kept.id), move(2, 1, Cause.ROLLBACK)]
        for one in [*made, move(None, 1, alias=Alias.LIVE), move(None, 4, model="ridge")]:
            store.journal(one)
        assert store.moves("trees", Alias.CHAMPION) == made

    def test_notes_a_version_once(self, store):
        store.note(version(), NOW)
        store.note(version(), NOW + timedelta(days=1))

    def test_gives_drift_reports_back_whole_and_the_newest_first(self, store):
        first, second = report(), report(at=NOW + timedelta(days=1))
        for one in (first, second, report("ridge")):
            store.keep_report(one)
        assert store.reports_of("trees") == [second, first]


class TestFake(PromotionStoreContract):
    @pytest.fixture
    def store(self):
        return FakePromotionStore()

    @pytest.fixture
    def other(self, store):
        return store


class TestPostgres(PromotionStoreContract):
    @pytest.fixture
    def store(self, postgres):
        return postgres.model_store()

    @pytest.fixture
    def other(self, postgres):
        return postgres.model_store()

    def test_dashboards_see_versions_gates_moves_and_drift(self, store, postgres):
        store.note(version("trees", 1), NOW)
        store.note(version("trees", 2), NOW + timedelta(days=1))
        store.keep(verdict())
        store.journal(move(None, 1))
        store.journal(move(1, 2))
        store.keep_report(report())
        with psycopg.connect(postgres.bi_url("risk")) as reader:
            aliases = reader.execute("SELECT number, aliases, ic FROM report.model_versions ORDER BY number").fetchall()
            gates = reader.execute("SELECT reference, gate, passed FROM report.model_gates ORDER BY place, number")
            assert aliases == [(1, [], 0.04), (2, ["champion"], 0.04)]
            assert gates.fetchall() == [
                ("trees/2", "ic", True),
                ("ridge/1", "ic", True),
                ("ridge/1", "deflated", False),
            ]
            assert reader.execute("SELECT count(*) FROM report.model_moves").fetchone() == (2,)
            assert reader.execute("SELECT feature, drifted FROM report.model_drift ORDER BY number").fetchall() == [
                ("rsi_14", True),
                ("gap", True),
            ]
            assert reader.execute("SELECT ic FROM report.model_verdicts WHERE place = 2").fetchone() == (0.02,)

    @pytest.mark.parametrize("table", ["model_version", "model_verdict", "model_gate", "model_move", "model_drift"])
    def test_what_is_written_stays(self, postgres, table):
        with postgres.database("risk").connect() as connection:
            for statement in (f"UPDATE risk.{table} SET model = 'x'", f"DELETE FROM risk.{table}"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                    connection.execute(statement.replace("SET model", "SET sentence") if "gate" in table else statement)

    def test_a_verdict_never_moves_live(self, store):
        kept = verdict(id=uuid4())
        store.keep(kept)
        from mbats.errors.database import DatabaseRefused

        with pytest.raises(DatabaseRefused):
            store.journal(move(None, 2, Cause.VERDICT, Alias.LIVE, verdict=kept.id))
