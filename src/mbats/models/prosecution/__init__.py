"""The leak prosecutor: accuses features, labels, datasets, folds and trainings of knowing what they may not know."""
