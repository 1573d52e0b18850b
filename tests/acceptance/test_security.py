"""Every service refuses who brings nothing, who brings something wrong, and a page that speaks for somebody else."""

import re

import boto3
import botocore.exceptions
import httpx
import pytest

WRONG = "wrong-but-long-enough-to-be-a-secret-of-ours"
ELSEWHERE = "http://evil.example"
CLOSED = [
    ("mlflow", "/"),
    ("mlflow", "/api/2.0/mlflow/experiments/get?experiment_id=0"),
    ("mlflow", "/ajax-api/2.0/mlflow/registered-models/search"),
    ("mlflow", "/api/2.0/mlflow-artifacts/artifacts?path="),
    ("mlflow", "/get-artifact?path=MLmodel&run_id=0"),
    ("mlflow", "/graphql"),
    ("mlflow", "/signup"),
    ("airflow", "/api/v2/dags"),
    ("airflow", "/api/v2/connections"),
    ("airflow", "/api/v2/variables"),
    ("airflow", "/ui/config"),
    ("airflow", "/execution/variables/x"),
    ("airflow", "/execution/connections/x"),
    ("superset", "/api/v1/dashboard/"),
    ("superset", "/api/v1/database/"),
    ("superset", "/api/v1/me/"),
    ("superset", "/superset/welcome/"),
    ("superset", "/sqllab/"),
    ("jupyter", "/lab"),
    ("jupyter", "/api/contents"),
    ("jupyter", "/api/kernels"),
    ("jupyter", "/api/terminals"),
    ("jupyter", "/api/kernels/00000000-0000-0000-0000-000000000000/channels"),
    ("pgadmin", "/browser/"),
    ("pgadmin", "/preferences/"),
    ("exchange", "/v3/accounts"),
    ("exchange", "/v3/accounts/001-001-0000001-001/orders"),
    ("exchange", "/v3/accounts/001-001-0000001-001/pricing/stream?instruments=EUR_USD"),
    ("exchange", "/v3/accounts/001-001-0000001-001/transactions/stream"),
    ("exchange", "/page/news"),
    ("objects", "/"),
    ("objects", "/mbats-control"),
    ("objects", "/?Action=ListUsers"),
]
SOCKET = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "c3RyYW5nZXIgYXQgdGhlIGRvb3I=",
}


@pytest.fixture(scope="session")
def doors(stack):
    """Where each service is."""
    rows = {name: row["address"] for name, row in stack.status().items() if row["address"]}
    return {name: at if "//" in at else f"http://{at}" for name, at in rows.items()}


@pytest.fixture
def visitor(doors):
    """Return somebody who asks at a service and follows no one."""
    opened = []

    def visit(service, **options):
        opened.append(httpx.Client(base_url=re.match(r"\w+://[^/]+", doors[service])[0], timeout=60, **options))
        return opened[-1]

    yield visit
    for client in opened:
        client.close()


def refused(answer):
    """Tell whether an answer says no, by its status or by the way to the login."""
    return answer.status_code in {401, 403} or (answer.is_redirect and "login" in answer.headers["Location"])


@pytest.mark.parametrize(("service", "path"), CLOSED)
def test_who_brings_nothing_is_refused(visitor, service, path):
    assert refused(visitor(service).get(path, headers=SOCKET if path.endswith("channels") else {}))


@pytest.mark.parametrize(("service", "path"), CLOSED)
def test_who_brings_a_wrong_token_is_refused(visitor, service, path):
    given = {"Authorization": f"{'token' if service == 'jupyter' else 'Bearer'} {WRONG}"}
    answer = visitor(service).get(path, headers=given | (SOCKET if path.endswith("channels") else {}))
    assert refused(answer) or (service, answer.status_code) in {("objects", 400), ("superset", 422)}


@pytest.mark.parametrize("user", ["", "mbats", "admin"])
def test_mlflow_knows_no_usual_password(visitor, stack, user):
    mlflow, path = visitor("mlflow"), "/api/2.0/mlflow/experiments/get?experiment_id=0"
    for password in ("", "password", "password1234", WRONG):
        assert mlflow.get(path, auth=(user, password)).status_code == 401
    assert mlflow.get(path, auth=stack.login("mlflow")).status_code == 200


@pytest.mark.parametrize("password", ["admin", "airflow", WRONG])
def test_airflow_gives_no_token_for_a_wrong_password(visitor, stack, password):
    airflow, (user, right) = visitor("airflow"), stack.login("airflow")
    assert airflow.post("/auth/token", json={"username": user, "password": password}).status_code == 401
    assert airflow.post("/auth/token", json={"username": user, "password": right}).status_code == 201


def test_airflow_refuses_a_token_that_somebody_else_has_signed(visitor, stack):
    airflow, (user, right) = visitor("airflow"), stack.login("airflow")
    token = airflow.post("/auth/token", json={"username": user, "password": right}).json()["access_token"]
    head, body, signature = token.split(".")
    for tampered in (f"{head}.{body}.{signature[::-1]}", f"{head}.{body}.", f"eyJhbGciOiJub25lIn0.{body}."):
        answer = airflow.get("/api/v2/dags", headers={"Authorization": f"Bearer {tampered}"})
        assert answer.status_code in {401, 403}
    assert airflow.get("/execution/variables/x", headers={"Authorization": f"Bearer {token}"}).status_code in {401, 403}


@pytest.mark.parametrize("password", ["admin", "superset", WRONG])
def test_superset_gives_no_token_for_a_wrong_password(visitor, stack, password):
    superset, (user, right) = visitor("superset"), stack.login("superset")
    asked = {"username": user, "provider": "db", "refresh": False}
    assert superset.post("/api/v1/security/login", json=asked | {"password": password}).status_code == 401
    assert superset.post("/api/v1/security/login", json=asked | {"password": right}).status_code == 200


def test_jupyter_opens_for_its_token_alone(visitor, stack):
    jupyter, (_, token) = visitor("jupyter"), stack.login("jupyter")
    assert jupyter.get("/api/contents", params={"token": WRONG}).status_code == 403
    assert jupyter.get("/api/contents", params={"token": token}).status_code == 200


@pytest.mark.parametrize("right", [False, True])
def test_pgadmin_opens_for_its_password_alone(visitor, stack, right):
    pgadmin, (user, password) = visitor("pgadmin", follow_redirects=True), stack.login("pgadmin")
    key = re.search(r'csrfToken"?:\s*"([^"]+)"|name="csrf_token"[^>]*value="([^"]+)"', pgadmin.get("/login").text)
    given = {"email": user, "password": password if right else WRONG, "csrf_token": next(filter(None, key.groups()))}
    pgadmin.post("/authenticate/login", data=given)
    assert (pgadmin.get("/browser/").url.path == "/browser/") is right


def test_the_exchange_opens_for_its_token_alone(visitor, stack):
    exchange, (_, token) = visitor("exchange"), stack.login("exchange")
    assert exchange.get("/v3/accounts", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    assert exchange.get("/v3/accounts", params={"token": token}).status_code == 401


@pytest.mark.parametrize("key", [("mbats", WRONG), ("admin", "admin"), ("", "")])
def test_the_object_store_knows_no_usual_key(doors, key):
    if not key[0]:
        unsigned = boto3.session.Config(signature_version=boto3.session.botocore.UNSIGNED)
        store = boto3.client("s3", endpoint_url=doors["objects"], region_name="us-east-1", config=unsigned)
    else:
        names = dict(zip(("aws_access_key_id", "aws_secret_access_key"), key, strict=True))
        store = boto3.client("s3", endpoint_url=doors["objects"], region_name="us-east-1", **names)
    for ask in (store.list_buckets, lambda: store.put_object(Bucket="mbats-control", Key="x", Body=b"x")):
        with pytest.raises(botocore.exceptions.ClientError) as told:
            ask()
        assert told.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


@pytest.mark.parametrize(
    ("service", "path", "said"),
    [("mlflow", "/api/2.0/mlflow/experiments/get?experiment_id=0", 403), ("jupyter", "/login", 403)]
    + [("opening", path, 400) for path in ("/", "/health")],
)
def test_a_page_that_points_a_name_of_its_own_here_is_refused(visitor, stack, service, path, said):
    keys = {"auth": stack.login(service)} if service == "mlflow" else {}
    assert visitor(service).get(path, headers={"Host": "evil.example"}, **keys).status_code == said


def test_the_pages_without_a_login_show_no_secret(visitor, stack):
    secrets = {
        stack.login(service)[1] for service in ("postgres", "objects", "airflow", "mlflow", "exchange", "jupyter")
    }
    pages = [("opening", path) for path in ("/", "/health", "/page.js")]
    pages += [("exchange", "/"), ("exchange", "/page/page.js"), ("airflow", "/"), ("mlflow", "/health")]
    for service, path in pages:
        text = visitor(service).get(path).text
        assert not [secret for secret in secrets if secret in text], (service, path)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_the_opening_page_takes_no_orders(visitor, method):
    assert visitor("opening").request(method, "/health").status_code == 405


def test_a_strangers_page_gives_mlflow_no_orders_in_its_users_name(visitor, stack):
    mlflow, order = visitor("mlflow", auth=stack.login("mlflow")), {"name": "made by a stranger's page"}
    answer = mlflow.post("/api/2.0/mlflow/experiments/create", json=order, headers={"Origin": ELSEWHERE})
    assert answer.status_code == 403


def test_a_strangers_page_gives_jupyter_no_orders_in_its_users_name(visitor, stack):
    jupyter = visitor("jupyter", follow_redirects=True)
    jupyter.get("/lab", params={"token": stack.login("jupyter")[1]})
    assert jupyter.get("/api/contents").status_code == 200
    assert jupyter.post("/api/kernels", headers={"Origin": ELSEWHERE}).status_code in {403, 404}


def test_a_strangers_page_gives_superset_no_orders_in_its_users_name(visitor, stack):
    superset, (user, password) = visitor("superset", follow_redirects=True), stack.login("superset")
    key = re.search(
        r'csrf_token&#34;: &#34;([^&]+)|name="csrf_token"[^>]*value="([^"]+)"', superset.get("/login/").text
    )
    given = {"username": user, "password": password, "csrf_token": next(filter(None, key.groups())) if key else ""}
    superset.post("/login/", data=given)
    assert superset.get("/api/v1/me/").status_code == 200
    answer = superset.post("/api/v1/chart/", json={"slice_name": "x"}, headers={"Origin": ELSEWHERE})
    assert answer.status_code == 400
    assert "CSRF" in answer.text


@pytest.mark.parametrize("service", ["airflow", "superset", "mlflow", "objects", "exchange", "opening"])
def test_no_service_lets_a_strangers_page_read_in_its_users_name(visitor, service):
    answer = visitor(service).get("/", headers={"Origin": ELSEWHERE})
    assert answer.headers.get("Access-Control-Allow-Origin") != ELSEWHERE
