import pytest

from mbats.errors.stack import SupervisorGone
from mbats.stack.native.supervision import Supervisor


def test_a_supervisor_that_goes_away_is_an_error_with_its_log(tmp_path):
    supervisor = Supervisor(tmp_path, tmp_path / "nobody.sock")
    assert not supervisor.running()
    with pytest.raises(SupervisorGone, match=r"supervisor\.log"):
        supervisor.states()
