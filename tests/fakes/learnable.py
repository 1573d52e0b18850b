"""A small dataset of two instruments, and procedures to learn from it: an honest one, and some that cheat."""

import numpy as np
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestRegressor
from sklearn.feature_selection import SelectKBest, f_regression
from sklearn.linear_model import Ridge
from sklearn.preprocessing import StandardScaler

from mbats.market.local_time import HOUR
from mbats.models.dataset import Dataset

COLUMNS = ("slow", "middle", "fast", "hour")
HORIZON = 6


def dataset(rows=300, signal=0.0, seed=1, kind="number"):
    """Rows of two instruments at the same hours: features of every persistence, labels of six hours to come."""
    draws = np.random.default_rng(seed)
    parts = [_instrument(rows, signal, draws) for _ in range(2)]
    features, outcome = (
        np.stack(both, axis=1).reshape(2 * rows, *both[0].shape[1:]) for both in zip(*parts, strict=True)
    )
    time = np.repeat(1_700_000_000_000_000_000 + np.arange(rows) * HOUR, 2)
    label = np.sign(outcome) if kind == "class" else outcome
    return Dataset(
        id="0" * 64,
        manifest={"kind": kind},
        symbols=("EUR_USD", "GBP_USD"),
        columns=COLUMNS,
        instrument=np.tile([0, 1], rows),
        time=time,
        start=time + HOUR,
        end=time + (1 + HORIZON) * HOUR,
        features=features,
        label=label,
        outcome=outcome,
        weight=np.full(2 * rows, 1.0 / HORIZON),
    )


def _instrument(rows, signal, draws):
    columns = [_persistent(rows, rho, draws) for rho in (0.99, 0.9, 0.0)]
    steps = draws.standard_normal(rows + HORIZON) * 1e-3
    steps[1 : rows + 1] += signal * 1e-3 * columns[1]
    path = np.concatenate([[0.0], np.cumsum(steps)])
    hour = np.arange(rows) % 24 + 0.0
    return np.column_stack([*columns, hour]), path[1 + HORIZON :] - path[1 : rows + 1]


def _persistent(rows, rho, draws):
    values = np.zeros(rows)
    for row, news in enumerate(draws.standard_normal(rows)):
        values[row] = rho * values[row - 1] + np.sqrt(1 - rho**2) * news
    return values


def honest(data, split):
    scaler = StandardScaler().fit(data.features[split.train])
    model = Ridge(1.0).fit(scaler.transform(data.features[split.train]), data.label[split.train])
    return model.predict(scaler.transform(data.features[split.test]))


def forest(data, split):
    """Learns by heart: what shares a label with its neighbours gives it away."""
    model = RandomForestRegressor(20, min_samples_leaf=2, max_features=1.0, random_state=0, n_jobs=1)
    model.fit(data.features[split.train], data.label[split.train])
    return model.predict(data.features[split.test])


def _ridge(features, data, split):
    return Ridge(1.0).fit(features[split.train], data.label[split.train]).predict(features[split.test])


def scaler_outside_the_fold(data, split):
    return _ridge(StandardScaler().fit_transform(data.features), data, split)


def components_outside_the_fold(data, split):
    return _ridge(PCA(2).fit_transform(data.features), data, split)


def filling_with_the_mean_of_all_rows(data, split):
    holes = np.arange(len(data)) % 5 == 0
    features = data.features.copy()
    features[holes] = features[~holes].mean(axis=0)
    return _ridge(features, data, split)


def target_encoding_over_all_rows(data, split):
    hours = data.features[:, 3].astype(int)
    means = np.array([data.label[hours == hour].mean() for hour in range(24)])
    return _ridge(np.column_stack([data.features, means[hours]]), data, split)


def choice_of_features_on_all_rows(data, split):
    return _ridge(SelectKBest(f_regression, k=1).fit_transform(data.features, data.label), data, split)


def early_stopping_on_the_test(data, split):
    models = [Ridge(alpha).fit(data.features[split.train], data.label[split.train]) for alpha in (1e-3, 10.0, 1e4)]
    test, truth = data.features[split.test], data.label[split.test]
    return min((model.predict(test) for model in models), key=lambda scores: np.sum((scores - truth) ** 2))


def training_on_purged_rows(data, split):
    rest = np.setdiff1d(np.arange(len(data)), split.test)
    return Ridge(1.0).fit(data.features[rest], data.label[rest]).predict(data.features[split.test])


def training_on_everything(data, split):
    everything = RandomForestRegressor(20, random_state=0, n_jobs=1).fit(data.features, data.label)
    return everything.predict(data.features[split.test])


def scores_mixed_with_the_answer(data, split):
    return honest(data, split) + 0.5 * data.label[split.test]


def without_a_seed(data, split):
    model = RandomForestRegressor(3, n_jobs=1).fit(data.features[split.train], data.label[split.train])
    return model.predict(data.features[split.test])
