from mbats.errors.base import MbatsError


class UnknownEstimator(MbatsError):
    """There is no estimator {name!r}. {near}Known for this label: {known}.

    Choose one with --estimator, or write your own: a class with `fit` and `score` in a file of {folder}, see
    docs/models.md.
    """


class EstimatorOfOtherKind(MbatsError):
    """Estimator {name!r} learns {kind}, but the label is {asked}.

    Choose another with --estimator ({known}), or another --label.
    """


class UnknownHyperparameter(MbatsError):
    """Estimator {estimator!r} has no hyper-parameter {name!r}. It has: {known}.

    Nothing was trained.
    """


class HyperparameterInvalid(MbatsError):
    """Estimator {estimator!r}: {name}={value} cannot be: {problem}.

    Nothing was trained.
    """


class HyperparameterSyntax(MbatsError):
    """Cannot read {text!r} as a hyper-parameter.

    Write it as NAME=VALUE, for example --param num_leaves=31.
    """


class EstimatorFailed(MbatsError):
    """Estimator {estimator!r} failed while it was to {doing}: {cause}.

    Nothing was registered. Mend the estimator or its hyper-parameters (--param), or choose another with --estimator.
    """


class EstimatorFileBroken(MbatsError):
    """The estimator in {file}, line {line}, cannot be used: {cause}.

    Mend it; no model was trained.
    """


class EstimatorScoresWrong(MbatsError):
    """Estimator {estimator!r} returned scores of shape {shape} for {rows} rows; a score is one number a row.

    Nothing was registered. Let its `score` return a one-dimensional array of floats.
    """


class EstimatorScoresNothing(MbatsError):
    """Estimator {estimator!r} gave no score to any of the {rows:,} rows of fold {fold}: all of them are NaN.

    Nothing was registered. Features are NaN where they have no value yet, in the first rows for example, and one NaN
    makes every sum NaN: let `fit` leave such rows out, or take np.nanmean and its like (--estimator {estimator}).
    """


class LabelsNotTwoClasses(MbatsError):
    """Estimator {estimator!r} tells two classes apart, but its {rows} training rows hold {count}: {found}.

    Nothing was registered. Choose a longer range, fewer folds, or a label that is sometimes one and sometimes the
    other.
    """


class FeaturesForResearchOnly(MbatsError):
    """No model that trades can use {columns}: their values depend on all bars since the first, and have no state.

    Nothing was trained. Leave them out (--features), or take a finite or stateful one in their place; docs/features.md
    says which is which.
    """


class FitUnreadable(MbatsError):
    """A fit in the format {format} cannot be read: {cause}.

    It was not loaded. It was written by another version of its library, or by somebody else: train anew with
    `mbats model train`.
    """


class TrackingUnreachable(MbatsError):
    """MLflow at {address} does not answer: {cause}.

    No version was registered, so nothing half-done is in the registry; what was trained lies in the object store, and
    the same command gives the same model. Start the server (or leave MBATS_MLFLOW_URI unset to do without one), then
    run it again.
    """

    passing = True


class TrackingRefused(MbatsError):
    """MLflow at {address} refused: {cause}.

    No version was registered. If the server is of another version than {ours}, bring both to the same one.
    """


class OpenMpMissing(MbatsError):
    """LightGBM cannot start on this machine: {detail}.

    Install the OpenMP library, then repeat the command: apt-get install libgomp1 (Debian, Ubuntu), dnf install libgomp
    (Fedora), brew install libomp (macOS).
    """
