"""scikit-learn estimators as bytes that load without running foreign code."""
