"""Superset's dashboards, brought there or compared with ours."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from mbats.bootstrap.stack_launcher import launcher
from mbats.errors.dashboards import DashboardsDrifted
from mbats.stack.dashboards.bundle import archive, documents
from mbats.stack.dashboards.catalogue import DATABASES
from mbats.stack.dashboards.drift import drift
from mbats.stack.services.superset import DASHBOARDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.adapters.superset.assets import SupersetAssets
    from mbats.settings import Settings

_NAMED = 20


def bring_dashboards(settings: Settings) -> int:
    """Bring all dashboards into Superset, over whatever was changed there; return how many files it took."""
    variables = _variables(settings)
    files = documents(variables["MBATS_REPORT_URL"])
    passwords = {f"databases/{name}.yaml": variables["MBATS_REPORT_PASSWORD"] for name in DATABASES}
    with _superset(variables) as superset:
        superset.bring(archive(files), passwords)
    return len(files)


def check_dashboards(settings: Settings) -> int:
    """Compare the dashboards in Superset with ours; return how many files agree.

    Raises
    ------
    DashboardsDrifted
    """
    variables = _variables(settings)
    files = documents(variables["MBATS_REPORT_URL"])
    with _superset(variables) as superset:
        places = drift(files, superset.fetch())
    if places:
        raise DashboardsDrifted(count=len(places), places="\n".join(sorted(places)[:_NAMED]))
    return len(files)


def _variables(settings: Settings) -> Mapping[str, str]:
    """Return what the stack hands its service, or would hand it where a person calls."""
    if "MBATS_SUPERSET_URL" in os.environ:
        return os.environ
    return launcher(settings).deployment.filled(DASHBOARDS.variables)


def _superset(variables: Mapping[str, str]) -> SupersetAssets:
    from mbats.adapters.superset.assets import SupersetAssets

    return SupersetAssets(variables["MBATS_SUPERSET_URL"], "admin", variables["MBATS_SUPERSET_PASSWORD"])
