"""What containers are told of where things are."""

from mbats.stack.compose.places import deployment
from mbats.stack.table import SERVICES, secret_names

SECRETS = dict.fromkeys(secret_names(SERVICES), "x")
OPENING = next(service for service in SERVICES if service.name == "opening")
JUPYTER = next(service for service in SERVICES if service.name == "jupyter")


def test_services_use_their_usual_ports_and_people_those_that_were_moved():
    told = deployment(SERVICES, SECRETS, {"MBATS_PORT_MLFLOW": "7550", "MBATS_PORT_AIRFLOW": ""})
    assert (
        told.fill("{host[mlflow]}:{port[mlflow]} {published[mlflow]} {published[airflow]}") == "mlflow:5500 7550 8080"
    )
    assert '"port": 5500, "published": 7550' in told.unit(OPENING)["files"]["doors.json"]


def test_jupyter_answers_under_its_own_name_and_no_strangers():
    words = deployment(SERVICES, SECRETS, {}).unit(JUPYTER)["command"]
    assert {"--ServerApp.allow_remote_access=False", "--ServerApp.local_hostnames=jupyter"} <= set(words)
