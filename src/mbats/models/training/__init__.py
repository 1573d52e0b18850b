"""Learn from a dataset: fold by fold, and walking forward."""
