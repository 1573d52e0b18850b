"""Every form of MLflow's scoring protocol gives the same matrix, and everything else a refusal that says why."""

import json

import numpy as np
import pytest

from mbats.errors.serving import (
    BodyNotCsv,
    BodyNotJson,
    ColumnsMissing,
    ContentTypeUnknown,
    MalformedInput,
    NoInputField,
    ValueNotNumeric,
)
from mbats.serving.table import matrix

JSON = "application/json"
ROWS = np.array([[30.5, 1.0], [np.nan, 2.0]])
FORMS = {
    "split": {"dataframe_split": {"columns": ["rsi", "spread"], "data": [[30.5, 1], [None, 2]]}},
    "split, another order": {"dataframe_split": {"columns": ["spread", "rsi"], "data": [[1, 30.5], [2, None]]}},
    "split with an index": {
        "dataframe_split": {"columns": ["rsi", "spread"], "index": [7, 8], "data": [[30.5, 1], [None, 2]]}
    },
    "split with more columns": {
        "dataframe_split": {"columns": ["day", "rsi", "spread"], "data": [["Mon", 30.5, 1], ["Tue", None, 2]]}
    },
    "records": {"dataframe_records": [{"rsi": 30.5, "spread": 1}, {"spread": 2}]},
    "instances": {"instances": [{"rsi": 30.5, "spread": 1}, {"rsi": None, "spread": 2}]},
    "inputs": {"inputs": {"rsi": [30.5, None], "spread": [1, 2]}},
    "inputs as rows": {"inputs": [{"rsi": 30.5, "spread": 1}, {"spread": 2}]},
    "with parameters": {"inputs": {"rsi": [30.5, None], "spread": [1, 2]}, "params": {"seed": 1}},
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_the_protocol_means_the_same_rows(form, make):
    np.testing.assert_array_equal(matrix(json.dumps(FORMS[form]).encode(), JSON, make()), ROWS)


def test_a_csv_table_means_the_same_rows(make):
    np.testing.assert_array_equal(matrix(b"spread,rsi\n1,30.5\n2,\n", "text/csv; charset=utf-8", make()), ROWS)


def test_a_single_row_of_inputs_needs_no_lists(make):
    assert matrix(b'{"inputs": {"rsi": 1, "spread": 2}}', JSON, make()).tolist() == [[1.0, 2.0]]


def test_no_rows_are_no_rows(make):
    empty = {"dataframe_split": {"columns": ["rsi", "spread"], "data": []}}
    assert matrix(json.dumps(empty).encode(), JSON, make()).shape == (0, 2)


def test_a_double_keeps_its_bits(make):
    value = 0.1 + 0.2
    body = json.dumps({"inputs": {"rsi": [value], "spread": [-0.0]}}).encode()
    assert matrix(body, JSON, make()).tobytes() == np.array([[value, -0.0]]).tobytes()


@pytest.mark.parametrize(
    ("body", "refused", "says"),
    [
        (b"{", BodyNotJson, "not a JSON object"),
        (b"\xff\xfe", BodyNotJson, "not a JSON object"),
        (b"[[1, 2]]", BodyNotJson, "it is a list"),
        (b"[" * 100_000, BodyNotJson, "not a JSON object"),
        (b"{}", NoInputField, "it has none"),
        (b'{"columns": []}', NoInputField, "it has columns"),
        (b'{"inputs": {}, "instances": []}', NoInputField, "instances, inputs"),
        (b'{"dataframe_split": [[1, 2]]}', MalformedInput, "columns and data"),
        (b'{"dataframe_split": {"columns": ["rsi"], "data": [[1]], "colour": 1}}', MalformedInput, "at most an index"),
        (b'{"dataframe_split": {"columns": ["rsi", "spread"], "data": [[1]]}}', MalformedInput, "one value a column"),
        (b'{"dataframe_records": [[1, 2]]}', MalformedInput, "list of objects"),
        (b'{"instances": [[1, 2]]}', MalformedInput, "with the columns' names"),
        (b'{"inputs": {"rsi": [1, 2], "spread": [1]}}', MalformedInput, "unequal length"),
        (b'{"inputs": {"rsi": [1]}}', ColumnsMissing, "['spread']"),
        (b'{"inputs": {"rsi": [1, "2"], "spread": [1, 2]}}', ValueNotNumeric, "Column 'rsi', row 1: \"2\""),
        (b'{"inputs": {"rsi": [true], "spread": [1]}}', ValueNotNumeric, "true is not a number"),
        (b'{"inputs": {"rsi": [[1]], "spread": [1]}}', ValueNotNumeric, "[1] is not a number"),
        (b'{"inputs": {"rsi": [1%s], "spread": [1]}}' % (b"0" * 400), ValueNotNumeric, "beyond all doubles"),
    ],
)
def test_what_is_no_table_of_the_models_columns_is_refused_with_the_reason(body, refused, says, make):
    with pytest.raises(refused) as said:
        matrix(body, JSON, make())
    assert says in str(said.value)


@pytest.mark.parametrize("body", [b"", b"rsi,spread\n1\n", b"\xff", b'rsi,spread\n"1,2'])
def test_what_is_no_csv_is_refused(body, make):
    with pytest.raises(BodyNotCsv):
        matrix(body, "text/csv", make())


@pytest.mark.parametrize(
    "given", ["", "text/plain", "application/json; charset=latin-1", "application/vnd.apache.parquet"]
)
def test_other_content_is_not_guessed_at(given, make):
    with pytest.raises(ContentTypeUnknown):
        matrix(b"{}", given, make())
