"""The service as a client meets it, without a socket."""

import asyncio
import json
import logging

import httpx
import pytest

from mbats.errors.model import AliasUnset
from mbats.serving.application import MODEL_HEADER, VERSION_HEADER, application
from mbats.serving.follower import Follower

ROW = {"inputs": {"rsi": [1.5], "spread": [2]}}


def asked(follower, *requests, token=None):
    """Return the answers to some requests, one after the other."""

    async def ask():
        transport = httpx.ASGITransport(application(follower, token))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:5001") as client:
            return [await client.request(method, path, **rest) for method, path, rest in requests]

    answers = asyncio.run(ask())
    return answers[0] if len(answers) == 1 else answers


def scored(body=ROW, **rest):
    return "POST", "/invocations", {"json": body, **rest}


def test_a_row_gets_its_score_and_the_version_that_gave_it(shelf):
    answer = asked(Follower(shelf, 1.0), scored())
    assert answer.status_code == 200
    assert answer.json() == {"predictions": [3.5]}
    assert answer.headers["content-type"] == "application/json"
    assert (answer.headers[MODEL_HEADER], answer.headers[VERSION_HEADER]) == ("sums/1", f"{1:064x}")


def test_what_the_model_cannot_score_is_null(shelf):
    body = {"inputs": {"rsi": [None, 1.0], "spread": [2, 2]}}
    assert asked(Follower(shelf, 1.0), scored(body)).text == '{"predictions": [null, 3.0]}'


def test_many_rows_are_scored_in_order(shelf):
    body = {"inputs": {"rsi": list(range(1_000)), "spread": [0] * 1_000}}
    assert asked(Follower(shelf, 1.0), scored(body)).json()["predictions"] == [float(row) for row in range(1_000)]


@pytest.mark.parametrize("path", ["/ping", "/health"])
def test_it_says_that_it_lives_as_mlflow_does(path, shelf):
    answer = asked(Follower(shelf, 1.0), ("GET", path, {}))
    assert (answer.status_code, answer.text) == (200, "\n")


def test_it_tells_which_model_it_serves(shelf):
    told = asked(Follower(shelf, 1.0), ("GET", "/model", {})).json()
    assert told == {
        "reference": "sums/1",
        "id": f"{1:064x}",
        "kind": "number",
        "columns": ["rsi", "spread"],
        "synthetic": True,
    }


def test_a_refusal_has_the_form_of_mlflows_errors(shelf):
    answer = asked(Follower(shelf, 1.0), scored({"inputs": {"rsi": [1]}}))
    assert answer.status_code == 400
    assert set(answer.json()) == {"error_code", "message"}
    assert answer.json()["error_code"] == "INVALID_PARAMETER_VALUE"
    assert "['spread']" in answer.json()["message"]


def test_other_content_types_get_415_and_what_is_too_long_413(shelf):
    text = ("POST", "/invocations", {"content": "rsi", "headers": {"content-type": "text/plain"}})
    long = ("POST", "/invocations", {"content": b" " * (17 * 2**20), "headers": {"content-type": "application/json"}})
    assert [answer.status_code for answer in asked(Follower(shelf, 1.0), text, long)] == [415, 413]


def test_with_a_token_only_who_bears_it_is_answered(shelf):
    right, wrong = ({"headers": {"Authorization": f"Bearer {token}"}} for token in ("s3cret", "guess"))
    requests = scored(**right), scored(**wrong), scored(), ("GET", "/model", {}), ("GET", "/ping", {})
    answers = asked(Follower(shelf, 1.0), *requests, token="s3cret")
    assert [answer.status_code for answer in answers] == [200, 401, 401, 401, 200]
    assert "s3cret" not in answers[1].text


def test_a_page_of_the_web_cannot_reach_it_by_a_name_of_its_own(shelf):
    assert asked(Follower(shelf, 1.0), scored(headers={"Host": "evil.example"})).status_code == 400


def test_a_promotion_takes_over_between_two_requests(shelf, make):
    follower = Follower(shelf, 1.0)
    shelf.held = make(2, factor=10.0)
    before = asked(follower, scored())
    asyncio.run(follower.look())
    after = asked(follower, scored())
    assert [one.headers[MODEL_HEADER] for one in (before, after)] == ["sums/1", "sums/2"]
    assert [one.json()["predictions"] for one in (before, after)] == [[3.5], [35.0]]


def test_trouble_with_the_registry_is_told_once_and_stops_nobody(shelf, make, caplog):
    follower = Follower(shelf, 1.0)
    shelf.trouble = AliasUnset(name="sums", alias="champion")
    with caplog.at_level(logging.INFO, "mbats.serving"):
        asyncio.run(follower.look())
        asyncio.run(follower.look())
        assert asked(follower, scored()).status_code == 200
        shelf.trouble, shelf.held = None, make(2)
        asyncio.run(follower.look())
    told = [record.getMessage().partition(":")[0] for record in caplog.records if record.name.startswith("mbats")]
    assert told == [
        "sums/1 goes on answering",
        "the registry answers again",
        "sums/2 answers from now on, no longer sums/1",
    ]


def test_an_answer_is_json_that_every_parser_takes(shelf):
    body = {"inputs": {"rsi": [float("inf"), 1], "spread": [1, float("nan")]}}
    request = ("POST", "/invocations", {"content": json.dumps(body), "headers": {"content-type": "application/json"}})
    assert asked(Follower(shelf, 1.0), request).json() == {"predictions": [None, None]}
