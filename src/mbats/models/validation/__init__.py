"""Split in time, so that no training knows its test: purged folds, combinations of them, walk-forward."""
