"""``mbats model check``, as a person types it."""

import json

from mbats.cli import run

OWN = '''
import numpy as np

from mbats.features.definition import feature


@feature(lookback=2, unit="share")
def tomorrow(view):
    """The next bar's move."""
    close = view.bars.close
    return np.append(close[1:] / close[:-1] - 1.0, np.nan)


@feature(lookback=2, unit="share")
def yesterday(view):
    """The last bar's move."""
    close = view.bars.close
    return np.append(np.nan, close[1:] / close[:-1] - 1.0)
'''
CHECK = ["model", "check", "--features", "yesterday", "--json", "--estimator", "logistic"]


def test_a_feature_of_ones_own_that_looks_ahead_is_named_with_its_line(home, capsys):
    (home / "features").mkdir(parents=True)
    file = home / "features" / "mine.py"
    file.write_text(OWN)

    assert run([*CHECK, "--features", "tomorrow"]) == 1
    printed = capsys.readouterr()
    found = json.loads(printed.out)
    assert {(each["name"], each["subject"]) for each in found["findings"]} == {("future bars", "tomorrow")}
    line = 1 + OWN.splitlines().index("    return np.append(close[1:] / close[:-1] - 1.0, np.nan)")
    assert found["findings"][0]["where"] == f"{file}:{line}"
    assert found["synthetic"]
    assert "Next: mbats model check" in printed.err

    assert run(CHECK) == 0
    printed = capsys.readouterr()
    honest = json.loads(printed.out)
    assert (honest["leaks"], honest["trained"], honest["folds"]) == (False, True, 5)
    assert "Next: mbats model train EUR_USD -f yesterday" in printed.err


def test_neither_a_model_nor_features_is_wrong_usage(home):
    assert run(["model", "check"]) == 2
    assert run(["model", "check", "eurusd", "--features", "default"]) == 2
