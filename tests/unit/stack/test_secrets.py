import stat

import pytest

from mbats.errors.stack import SecretsBroken
from mbats.stack.secrets import complete


def test_secrets_are_made_once_and_stay(tmp_path):
    file = tmp_path / "stack" / "secrets.json"
    first = complete(file, ["airflow", "mlflow"])
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(first["airflow"]) == 43
    assert first["airflow"] != first["mlflow"]
    assert complete(file, ["airflow", "superset"]).items() >= first.items()
    assert set(complete(file, [])) == {"airflow", "mlflow", "superset"}


@pytest.mark.parametrize("content", ["{", "[]", '{"airflow": 1}'])
def test_a_file_that_holds_something_else_is_left_alone(tmp_path, content):
    file = tmp_path / "secrets.json"
    file.write_text(content)
    with pytest.raises(SecretsBroken, match=str(file)):
        complete(file, ["airflow"])
    assert file.read_text() == content
