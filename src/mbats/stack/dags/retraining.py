"""Every model trained anew by its champion's plan; the gates say whether what comes of it is promoted."""

import commands
from airflow.sdk import Param, dag, task
from routine import SHARED, asked, at, mbats


@task
def models(params):
    """Return the arguments of one command for each model."""
    names = params["models"] or [line["model"] for line in asked(commands.document, "model", "list")]
    gates = [f"--gate={bound}" for bound in params["gates"]]
    return [["model", "retrain", name, *gates] for name in dict.fromkeys(name.partition("/")[0] for name in names)]


@dag(
    dag_id="retraining",
    schedule=at("0 6 * * 6"),
    tags=["mbats", "models"],
    params={
        "models": Param([], type="array", description="Names of models; none: all"),
        "gates": Param([], type="array", description="Bounds that differ from the usual ones: trades=50, turnover=off"),
    },
    **SHARED,
)
def retraining():
    """Retrain each model, one after the other."""
    mbats.override(task_id="retrain", max_active_tis_per_dag=1).expand(arguments=models())


retraining()
