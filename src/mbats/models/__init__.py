"""Learn: datasets, splits, estimators, versions of models and the evidence for them."""
