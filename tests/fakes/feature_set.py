"""A set of features made by hand, for tests of what takes one."""

import numpy as np


class FakeFeatureSet:
    """Has the form of `mbats.features.feature_set.FeatureSet`: columns from functions of a view."""

    def __init__(self, **functions):
        self.functions = functions
        self.columns = tuple(functions)
        self.fingerprint = "print of " + ",".join(functions)
        self.spec = [{"name": name} for name in functions]

    def compute(self, view):
        columns = [function(view) for function in self.functions.values()]
        return np.column_stack(columns) if columns else np.empty((len(view.bars), 0))
