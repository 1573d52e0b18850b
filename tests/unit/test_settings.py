from pathlib import Path

import pytest

from mbats.errors.settings import (
    HomeIsNoFolder,
    InvalidDatabaseUrl,
    InvalidLogSetting,
    InvalidMlflowUri,
    InvalidObjectStore,
)
from mbats.settings import Settings, masked


def test_an_empty_environment_keeps_everything_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_environment({})
    assert settings.home == tmp_path / ".mbats"
    assert settings.object_store == str(tmp_path / ".mbats/objects")
    assert settings.strategies == tmp_path / "strategies"
    assert settings.database_url is None


def test_an_empty_variable_counts_as_unset() -> None:
    assert Settings.from_environment({"MBATS_DATABASE_URL": "", "MBATS_LOG_LEVEL": ""}) == Settings.from_environment({})


def test_objects_follow_the_home_unless_told_otherwise(tmp_path: Path) -> None:
    assert Settings(home=tmp_path).object_store == str(tmp_path / "objects")
    assert Settings.from_environment({"MBATS_OBJECT_STORE": "s3://desk/mbats"}).object_store == "s3://desk/mbats"


def test_a_password_is_never_shown() -> None:
    url = "postgresql://quant:se%40cret@db.example:5432/?sslmode=require&sslpassword=alsosecret"
    settings = Settings.from_environment({"MBATS_DATABASE_URL": url})
    assert "secret" not in repr(settings) + str(settings.shown())
    assert settings.shown()["MBATS_DATABASE_URL"] == (
        "postgresql://quant:***@db.example:5432/?sslmode=require&sslpassword=***"
    )
    assert settings.database_url == url


@pytest.mark.parametrize("url", ["s3://bucket/prefix", "/var/lib/mbats", "postgresql://quant@db/"])
def test_masking_changes_nothing_else(url: str) -> None:
    assert masked(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "mysql://quant:secret@db/",
        "host=db password=secret",
        "postgresql://quant:secret@db:port/",
        "postgresql://quant:secret@[db/",
    ],
)
def test_a_wrong_database_url_is_explained_without_its_password(url: str) -> None:
    with pytest.raises(InvalidDatabaseUrl, match="postgresql://user") as error:
        Settings.from_environment({"MBATS_DATABASE_URL": url})
    assert "secret" not in str(error.value)


@pytest.mark.parametrize("url", ["ftp://host/folder", "s3://", "file://"])
def test_an_object_store_must_be_a_folder_or_a_bucket(url: str) -> None:
    with pytest.raises(InvalidObjectStore, match="s3://bucket/prefix"):
        Settings.from_environment({"MBATS_OBJECT_STORE": url})


def test_the_home_must_not_be_a_file(tmp_path: Path) -> None:
    file = tmp_path / "home"
    file.touch()
    with pytest.raises(HomeIsNoFolder, match="is a file"):
        Settings.from_environment({"MBATS_HOME": str(file)})


@pytest.mark.parametrize("name", ["MBATS_LOG_FORMAT", "MBATS_LOG_LEVEL"])
def test_log_settings_are_checked(name: str) -> None:
    with pytest.raises(InvalidLogSetting, match=name):
        Settings.from_environment({name: "loud"})


@pytest.mark.parametrize(
    "uri", ["sqlite:///mlflow.db", "http://", "localhost:5000", "http://user:word@host", "http://host:x"]
)
def test_an_mlflow_server_has_an_address_without_a_login(uri: str) -> None:
    with pytest.raises(InvalidMlflowUri, match="MBATS_MLFLOW_URI") as caught:
        Settings.from_environment({"MBATS_MLFLOW_URI": uri})
    assert "word" not in str(caught.value)


def test_mlflow_needs_no_server() -> None:
    assert Settings.from_environment({}).mlflow_uri is None
    assert Settings.from_environment({"MBATS_MLFLOW_URI": "https://host:5000"}).mlflow_uri == "https://host:5000"
