"""Trainings written down in memory, in the form of `mbats.pipelines.training.tracking.Tracking`."""

from contextlib import contextmanager
from dataclasses import replace

from mbats.models.registry import Alias


class FakeRun:
    def __init__(self, number, registry):
        self.id = f"run {number}"
        self.asked, self.figures, self.files, self.datasets = {}, {}, {}, []
        self.status = "running"
        self._registry = registry

    def parameters(self, values):
        self.asked |= values

    def metrics(self, values, step=0):
        self.figures |= {(name, step): value for name, value in values.items() if value is not None}

    def file(self, path, content):
        self.files[path] = content

    def dataset(self, dataset):
        self.datasets.append(dataset.id)

    def register(self, model):
        registered = self._registry.adopt(model.version.name, replace(model.version, number=0))
        if model.challenger:
            known = self._registry.aliases(registered.name).get(Alias.CHALLENGER)
            self._registry.move(registered.name, Alias.CHALLENGER, registered.number, expected=known)
        return registered


class FakeTracking:
    def __init__(self, registry):
        self.runs = []
        self._registry = registry

    @contextmanager
    def run(self, model, plan, tags):
        self.runs.append(FakeRun(len(self.runs) + 1, self._registry))
        try:
            yield self.runs[-1]
        except BaseException:
            self.runs[-1].status = "failed"
            raise
        self.runs[-1].status = "finished"
