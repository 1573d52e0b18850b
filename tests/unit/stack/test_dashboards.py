"""What the stack brings into Superset hangs together."""

import copy
import io
import json
import re
import zipfile

import httpx
import pytest
import yaml

from mbats.adapters.superset.assets import SupersetAssets
from mbats.errors.dashboards import SupersetRefused, SupersetUnreachable
from mbats.stack.dashboards.bundle import archive, documents
from mbats.stack.dashboards.catalogue import DASHBOARDS, datasets
from mbats.stack.dashboards.drift import drift
from mbats.stack.dashboards.identity import identity
from mbats.stack.dashboards.layout import position
from mbats.stack.dashboards.parameters import parameters

CHARTS = [chart for page in DASHBOARDS for chart in page.charts]
URL = "postgresql+psycopg2://bi_reader@database:5432"


def test_the_archive_holds_each_document_below_one_folder():
    files = documents(URL)
    with zipfile.ZipFile(io.BytesIO(archive(files))) as packed:
        found = {name: yaml.safe_load(packed.read(name)) for name in packed.namelist()}
    assert found.pop("mbats/metadata.yaml")["type"] == "assets"
    assert found == {f"mbats/{path}": content for path, content in files.items()}


def test_every_identity_is_one_assets_alone_and_stays():
    files = documents(URL)
    identities = [content["uuid"] for content in files.values()]
    assert len(set(identities)) == len(identities)
    assert identities == [content["uuid"] for content in documents(URL).values()]
    assert files["databases/risk.yaml"]["uuid"] == "aeae3b17-fbcb-575f-91e2-6fc5c07fb126"


def test_everything_that_a_document_refers_to_is_there():
    files = documents(URL)
    known = {content["uuid"] for content in files.values()}
    words = json.dumps(files)
    assert set(re.findall(r'"(?:dataset_uuid|database_uuid|datasetUuid|uuid)": "([^"]+)"', words)) <= known


def test_no_password_is_in_a_document():
    assert documents(URL)["databases/risk.yaml"]["sqlalchemy_uri"].endswith("bi_reader:XXXXXXXXXX@database:5432/risk")


@pytest.mark.parametrize("chart", CHARTS, ids=[chart.name for chart in CHARTS])
def test_a_charts_columns_are_its_datasets(chart):
    assert {*chart.by, chart.x} - {""} <= set(chart.dataset.columns)
    assert parameters(chart)["viz_type"] == chart.kind


@pytest.mark.parametrize("page", DASHBOARDS, ids=[page.slug for page in DASHBOARDS])
def test_a_dashboard_fits_its_page_and_its_choices_are_columns_of_it(page):
    for row in page.rows:
        assert sum(chart.width for chart in row) == 12
    for choice in page.choices:
        assert choice.column in choice.dataset.columns
        assert any(choice.dataset is chart.dataset for chart in page.charts)


@pytest.mark.parametrize("page", DASHBOARDS, ids=[page.slug for page in DASHBOARDS])
def test_every_tile_says_at_its_foot_how_fresh_its_data_is(page):
    places = position(page)
    columns = {name: place for name, place in places.items() if name.startswith("COLUMN")}
    assert len(columns) == len(page.charts)
    for chart, column in zip(page.charts, columns.values(), strict=True):
        drawn, line = (places[name]["meta"]["uuid"] for name in column["children"])
        assert (drawn, line) == (identity(chart), identity(chart.dataset.freshness))
        assert chart.dataset.columns[chart.dataset.time] == "time"
    metadata = documents(URL)[f"dashboards/{page.slug.replace('-', '_')}.yaml"]["metadata"]
    assert metadata["show_chart_timestamps"]


def test_the_live_page_refreshes_itself():
    assert [page.slug for page in DASHBOARDS if page.refresh] == ["live"]


def test_datasets_have_names_of_their_own_and_read_views_alone():
    assert len({one.name for one in datasets()}) == len({id(chart.dataset) for chart in CHARTS})
    assert len({chart.name for chart in CHARTS}) == len(CHARTS)
    for one in datasets():
        assert set(re.findall(r"(?<!epoch )(?:FROM|JOIN)\s+(\w+)\.\w+", one.sql)) == {"report"}, one.name


def test_drift_names_what_was_changed_and_what_is_missing_but_nothing_that_was_added():
    ours = documents(URL)
    theirs = {f"other/{path}": copy.deepcopy(content) for path, content in ours.items()}
    theirs["charts/a persons own.yaml"] = {"uuid": "of its own", "slice_name": "mine"}
    assert drift(ours, theirs) == []
    theirs["other/charts/backtests_Equity.yaml"]["params"]["metrics"][0]["sqlExpression"] = "min(nav)"
    theirs["other/charts/backtests_Equity.yaml"]["params"]["more"] = "of Superset's own"
    theirs["other/datasets/risk/trades.yaml"]["columns"].reverse()
    del theirs["other/dashboards/live.yaml"]
    expected = ["charts/backtests_Equity.yaml: params.metrics[0].sqlExpression", "dashboards/live.yaml: missing"]
    assert sorted(drift(ours, theirs)) == expected


def test_a_superset_that_is_not_there_or_refuses_is_an_error_in_words():
    def away(request):
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(SupersetUnreachable, match="mbats stack up superset"):
        SupersetAssets("http://superset", "admin", "secret", httpx.MockTransport(away))
    refusing = httpx.MockTransport(lambda request: httpx.Response(401, json={"message": "Not authorized"}))
    with pytest.raises(SupersetRefused, match=r"401: .*Not authorized") as problem:
        SupersetAssets("http://superset", "admin", "secret", refusing)
    assert "secret" not in str(problem.value)
