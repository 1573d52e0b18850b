-- Models: versions as dashboards see them, verdicts with every gate, moves of aliases, drift. All of it only grows.

CREATE TABLE risk.model_version (
    id            integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    model         text NOT NULL,
    number        integer NOT NULL CHECK (number > 0),
    version       text NOT NULL,
    noted_at      timestamptz NOT NULL,
    estimator     text NOT NULL,
    parameters    jsonb NOT NULL,
    label         jsonb NOT NULL,
    features      text NOT NULL,
    columns       text[] NOT NULL,
    dataset       text NOT NULL,
    snapshot      text NOT NULL,
    instruments   text[] NOT NULL,
    timeframe     text NOT NULL,
    trained_from  timestamptz NOT NULL,
    trained_until timestamptz NOT NULL,
    fits          integer NOT NULL CHECK (fits > 0),
    commit        text NOT NULL,
    synthetic     boolean NOT NULL,
    metrics       jsonb NOT NULL,
    UNIQUE (model, number)
);
COMMENT ON TABLE risk.model_version IS 'Append-only: facts of registered versions, for dashboards; the model registry has the numbers and aliases, the object store the versions.';
COMMENT ON COLUMN risk.model_version.id IS 'Compact key.';
COMMENT ON COLUMN risk.model_version.model IS 'Name of the model.';
COMMENT ON COLUMN risk.model_version.number IS 'Number of the version.';
COMMENT ON COLUMN risk.model_version.version IS 'SHA-256 of its manifest, the id that a session pins.';
COMMENT ON COLUMN risk.model_version.noted_at IS 'When these facts were noted.';
COMMENT ON COLUMN risk.model_version.estimator IS 'Way of learning.';
COMMENT ON COLUMN risk.model_version.parameters IS 'Hyper-parameters.';
COMMENT ON COLUMN risk.model_version.label IS 'What it predicts.';
COMMENT ON COLUMN risk.model_version.features IS 'Fingerprint of the feature set.';
COMMENT ON COLUMN risk.model_version.columns IS 'Names of the features.';
COMMENT ON COLUMN risk.model_version.dataset IS 'SHA-256 of the manifest of the dataset.';
COMMENT ON COLUMN risk.model_version.snapshot IS 'Content address of the bars.';
COMMENT ON COLUMN risk.model_version.instruments IS 'What it was trained on.';
COMMENT ON COLUMN risk.model_version.timeframe IS 'Length of the bars.';
COMMENT ON COLUMN risk.model_version.trained_from IS 'First decision that any fit has seen.';
COMMENT ON COLUMN risk.model_version.trained_until IS 'Last label end that any fit has seen.';
COMMENT ON COLUMN risk.model_version.fits IS 'How many fits it has, one a step of the walk-forward.';
COMMENT ON COLUMN risk.model_version.commit IS 'Code commit.';
COMMENT ON COLUMN risk.model_version.synthetic IS 'Whether it was trained on generated data.';
COMMENT ON COLUMN risk.model_version.metrics IS 'Figures of its validation.';

CREATE TABLE risk.model_verdict (
    id           integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uuid         uuid NOT NULL UNIQUE,
    model        text NOT NULL,
    judged_at    timestamptz NOT NULL,
    judged_by    text NOT NULL,
    period_start timestamptz NOT NULL,
    period_end   timestamptz NOT NULL,
    bars         integer NOT NULL CHECK (bars > 0),
    snapshot     text NOT NULL,
    champion     text,
    winner       text,
    synthetic    boolean NOT NULL,
    sentence     text NOT NULL
);
CREATE INDEX ON risk.model_verdict (model, judged_at);
COMMENT ON TABLE risk.model_verdict IS 'Append-only: each judgement of challengers against a champion on bars that none of them had seen.';
COMMENT ON COLUMN risk.model_verdict.id IS 'Compact key.';
COMMENT ON COLUMN risk.model_verdict.uuid IS 'Name of the verdict outside the database.';
COMMENT ON COLUMN risk.model_verdict.model IS 'The model whose champion was in question.';
COMMENT ON COLUMN risk.model_verdict.judged_at IS 'When.';
COMMENT ON COLUMN risk.model_verdict.judged_by IS 'Who asked for it.';
COMMENT ON COLUMN risk.model_verdict.period_start IS 'When the last candidate had seen all that it was trained on or validated with.';
COMMENT ON COLUMN risk.model_verdict.period_end IS 'When the last bar was known.';
COMMENT ON COLUMN risk.model_verdict.bars IS 'Bars between, of the instrument with fewest.';
COMMENT ON COLUMN risk.model_verdict.snapshot IS 'Content address of the bars.';
COMMENT ON COLUMN risk.model_verdict.champion IS 'Who was champion before, model/number; null: nobody.';
COMMENT ON COLUMN risk.model_verdict.winner IS 'Who became champion, model/number; null: nobody.';
COMMENT ON COLUMN risk.model_verdict.synthetic IS 'Whether any of the data was generated; such a verdict brings nobody to live.';
COMMENT ON COLUMN risk.model_verdict.sentence IS 'What happened, in words.';

CREATE TABLE risk.model_judgement (
    verdict_id integer NOT NULL REFERENCES risk.model_verdict,
    place      integer NOT NULL CHECK (place > 0),
    reference  text NOT NULL,
    version    text NOT NULL,
    passed     boolean NOT NULL,
    figures    jsonb NOT NULL,
    PRIMARY KEY (verdict_id, place)
);
COMMENT ON TABLE risk.model_judgement IS 'Append-only: a challenger of a verdict, and all that was measured of it.';
COMMENT ON COLUMN risk.model_judgement.verdict_id IS 'The verdict.';
COMMENT ON COLUMN risk.model_judgement.place IS 'Rank among the challengers, 1 the best.';
COMMENT ON COLUMN risk.model_judgement.reference IS 'The challenger, model/number.';
COMMENT ON COLUMN risk.model_judgement.version IS 'SHA-256 of its manifest.';
COMMENT ON COLUMN risk.model_judgement.passed IS 'Whether it passed every gate.';
COMMENT ON COLUMN risk.model_judgement.figures IS 'Every figure by name; null: it could not be measured.';

CREATE TABLE risk.model_gate (
    verdict_id integer NOT NULL,
    place      integer NOT NULL,
    number     integer NOT NULL CHECK (number > 0),
    gate       text NOT NULL,
    figure     float8,
    bound      float8 NOT NULL,
    passed     boolean NOT NULL,
    sentence   text NOT NULL,
    PRIMARY KEY (verdict_id, place, number),
    FOREIGN KEY (verdict_id, place) REFERENCES risk.model_judgement
);
COMMENT ON TABLE risk.model_gate IS 'Append-only: what was asked of a challenger, what it showed, and whether that was enough.';
COMMENT ON COLUMN risk.model_gate.verdict_id IS 'The verdict.';
COMMENT ON COLUMN risk.model_gate.place IS 'Rank of the challenger in it.';
COMMENT ON COLUMN risk.model_gate.number IS 'Order of the gates.';
COMMENT ON COLUMN risk.model_gate.gate IS 'Name of the gate.';
COMMENT ON COLUMN risk.model_gate.figure IS 'What was measured; null: it could not be, which is not enough.';
COMMENT ON COLUMN risk.model_gate.bound IS 'What was asked.';
COMMENT ON COLUMN risk.model_gate.passed IS 'Whether it was enough.';
COMMENT ON COLUMN risk.model_gate.sentence IS 'The same in words.';

CREATE TABLE risk.model_move (
    id       integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    model    text NOT NULL,
    alias    text NOT NULL CHECK (alias IN ('challenger', 'champion', 'live')),
    before   integer,
    target   integer,
    moved_at timestamptz NOT NULL,
    moved_by text NOT NULL,
    cause    text NOT NULL CHECK (cause IN ('verdict', 'command', 'rollback')),
    verdict  uuid REFERENCES risk.model_verdict (uuid),
    CHECK (before IS DISTINCT FROM target),
    CHECK ((cause = 'verdict') = (verdict IS NOT NULL)),
    CHECK (alias <> 'live' OR cause <> 'verdict')
);
CREATE INDEX ON risk.model_move (model, alias);
COMMENT ON TABLE risk.model_move IS 'Append-only: moves of aliases, each noted before it is made. One that the next did not begin at was never made.';
COMMENT ON COLUMN risk.model_move.id IS 'Compact key, in order.';
COMMENT ON COLUMN risk.model_move.model IS 'Name of the model.';
COMMENT ON COLUMN risk.model_move.alias IS 'challenger, champion or live.';
COMMENT ON COLUMN risk.model_move.before IS 'Number of the version it pointed to; null: none.';
COMMENT ON COLUMN risk.model_move.target IS 'Number of the version it points to from now on; null: none.';
COMMENT ON COLUMN risk.model_move.moved_at IS 'When.';
COMMENT ON COLUMN risk.model_move.moved_by IS 'Who asked for it.';
COMMENT ON COLUMN risk.model_move.cause IS 'verdict, command or rollback; live is never moved by a verdict.';
COMMENT ON COLUMN risk.model_move.verdict IS 'What it rests on (risk.model_verdict.uuid); null for commands and rollbacks.';

CREATE TABLE risk.model_drift (
    id               integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uuid             uuid NOT NULL UNIQUE,
    model            text NOT NULL,
    reference        text NOT NULL,
    version          text NOT NULL,
    reported_at      timestamptz NOT NULL,
    period_start     timestamptz NOT NULL,
    period_end       timestamptz NOT NULL,
    bars             integer NOT NULL CHECK (bars > 0),
    source           text NOT NULL,
    synthetic        boolean NOT NULL,
    drifted          boolean NOT NULL,
    reasons          text[] NOT NULL,
    predictions      integer NOT NULL,
    ic               float8,
    late_ic          float8,
    late_low         float8,
    late_high        float8,
    calibration      float8,
    late_calibration float8
);
CREATE INDEX ON risk.model_drift (model, reported_at);
COMMENT ON TABLE risk.model_drift IS 'Append-only: how far the market had left a version behind when somebody looked.';
COMMENT ON COLUMN risk.model_drift.id IS 'Compact key.';
COMMENT ON COLUMN risk.model_drift.uuid IS 'Name of the report outside the database.';
COMMENT ON COLUMN risk.model_drift.model IS 'Name of the model.';
COMMENT ON COLUMN risk.model_drift.reference IS 'The version, model/number.';
COMMENT ON COLUMN risk.model_drift.version IS 'SHA-256 of its manifest.';
COMMENT ON COLUMN risk.model_drift.reported_at IS 'When.';
COMMENT ON COLUMN risk.model_drift.period_start IS 'First moment of the late stretch.';
COMMENT ON COLUMN risk.model_drift.period_end IS 'When its last bar was known.';
COMMENT ON COLUMN risk.model_drift.bars IS 'Its bars, over all instruments.';
COMMENT ON COLUMN risk.model_drift.source IS 'Content address of the bars, or the live session that saw them.';
COMMENT ON COLUMN risk.model_drift.synthetic IS 'Whether any of it was generated.';
COMMENT ON COLUMN risk.model_drift.drifted IS 'Whether there is a reason to train anew.';
COMMENT ON COLUMN risk.model_drift.reasons IS 'What has drifted, in words.';
COMMENT ON COLUMN risk.model_drift.predictions IS 'Late predictions whose outcome was known.';
COMMENT ON COLUMN risk.model_drift.ic IS 'Information coefficient out of fold, when it was trained.';
COMMENT ON COLUMN risk.model_drift.late_ic IS 'The late one.';
COMMENT ON COLUMN risk.model_drift.late_low IS 'Lower end of its 95 % interval.';
COMMENT ON COLUMN risk.model_drift.late_high IS 'Upper end.';
COMMENT ON COLUMN risk.model_drift.calibration IS 'Expected calibration error out of fold; null where scores are no probabilities.';
COMMENT ON COLUMN risk.model_drift.late_calibration IS 'The late one.';

CREATE TABLE risk.model_drift_feature (
    drift_id integer NOT NULL REFERENCES risk.model_drift,
    number   integer NOT NULL CHECK (number > 0),
    feature  text NOT NULL,
    psi      float8,
    ks       float8,
    p        float8,
    drifted  boolean NOT NULL,
    PRIMARY KEY (drift_id, number)
);
COMMENT ON TABLE risk.model_drift_feature IS 'Append-only: how far each feature has moved.';
COMMENT ON COLUMN risk.model_drift_feature.drift_id IS 'The report.';
COMMENT ON COLUMN risk.model_drift_feature.number IS 'Place among the features.';
COMMENT ON COLUMN risk.model_drift_feature.feature IS 'Name of the column.';
COMMENT ON COLUMN risk.model_drift_feature.psi IS 'Population stability index over the deciles of the training rows; from 0.25 on major.';
COMMENT ON COLUMN risk.model_drift_feature.ks IS 'Kolmogorov-Smirnov distance.';
COMMENT ON COLUMN risk.model_drift_feature.p IS 'Its p-value, as if rows were independent.';
COMMENT ON COLUMN risk.model_drift_feature.drifted IS 'Whether the index is major and the distance no chance.';

REVOKE UPDATE ON risk.model_version, risk.model_verdict, risk.model_judgement, risk.model_gate, risk.model_move,
    risk.model_drift, risk.model_drift_feature FROM mbats_writer;

CREATE VIEW report.model_versions AS
SELECT v.model, v.number, v.version, v.noted_at, v.estimator, v.parameters, v.label, v.features,
       cardinality(v.columns) AS feature_count, v.dataset, v.snapshot, v.instruments, v.timeframe, v.trained_from,
       v.trained_until, v.fits, v.commit, v.synthetic, v.metrics,
       (v.metrics -> 'out_of_fold' ->> 'ic')::float8 AS ic, (v.metrics -> 'out_of_fold' ->> 'auc')::float8 AS auc,
       (v.metrics -> 'out_of_fold' ->> 'log_loss')::float8 AS log_loss,
       (v.metrics -> 'traded' ->> 'sharpe')::float8 AS sharpe,
       ARRAY(SELECT m.alias FROM (
                 SELECT DISTINCT ON (l.alias) l.alias, l.target FROM risk.model_move l
                 WHERE l.model = v.model ORDER BY l.alias, l.id DESC) m
             WHERE m.target = v.number ORDER BY m.alias) AS aliases
FROM risk.model_version v;
COMMENT ON VIEW report.model_versions IS 'Versions of models that were ever judged, with the aliases that the journal of moves gives them.';

CREATE VIEW report.model_gates AS
SELECT w.uuid AS verdict, w.model, w.judged_at, w.judged_by, w.period_start, w.period_end, w.bars, w.champion, w.winner,
       w.synthetic, j.place, j.reference, j.version, j.passed AS passed_all, g.number, g.gate, g.figure, g.bound,
       g.passed, g.sentence
FROM risk.model_verdict w
JOIN risk.model_judgement j ON j.verdict_id = w.id
JOIN risk.model_gate g ON g.verdict_id = j.verdict_id AND g.place = j.place;
COMMENT ON VIEW report.model_gates IS 'Every gate of every challenger of every verdict.';

CREATE VIEW report.model_verdicts AS
SELECT w.uuid AS verdict, w.model, w.judged_at, w.judged_by, w.period_start, w.period_end, w.bars, w.snapshot,
       w.champion, w.winner, w.synthetic, w.sentence, j.place, j.reference, j.version, j.passed,
       (j.figures ->> 'sharpe')::float8 AS sharpe, (j.figures ->> 'deflated')::float8 AS deflated_sharpe,
       (j.figures ->> 'ic')::float8 AS ic, (j.figures ->> 'ic_low')::float8 AS ic_low,
       (j.figures ->> 'ic_high')::float8 AS ic_high, (j.figures ->> 'trades')::float8 AS trades,
       (j.figures ->> 'drawdown')::float8 AS drawdown, (j.figures ->> 'turnover')::float8 AS turnover, j.figures
FROM risk.model_verdict w
JOIN risk.model_judgement j ON j.verdict_id = w.id;
COMMENT ON VIEW report.model_verdicts IS 'Every challenger of every verdict, with what was measured of it.';

CREATE VIEW report.model_moves AS
SELECT model, alias, before, target, moved_at, moved_by, cause, verdict
FROM risk.model_move;
COMMENT ON VIEW report.model_moves IS 'Moves of aliases, each noted before it was made.';

CREATE VIEW report.model_drift AS
SELECT d.uuid AS report, d.model, d.reference, d.version, d.reported_at, d.period_start, d.period_end, d.bars,
       d.source, d.synthetic, d.drifted, d.reasons, d.predictions, d.ic, d.late_ic, d.late_low, d.late_high,
       d.calibration, d.late_calibration, f.number, f.feature, f.psi, f.ks, f.p, f.drifted AS feature_drifted
FROM risk.model_drift d
LEFT JOIN risk.model_drift_feature f ON f.drift_id = d.id;
COMMENT ON VIEW report.model_drift IS 'Every drift report, a row a feature.';
