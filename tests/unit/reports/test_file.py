import resource
import signal
from pathlib import Path

import pytest

from mbats.errors.report import ReportNotWritten
from mbats.reports.file import write_file


def test_a_file_is_written_whole_and_readable(tmp_path):
    path = tmp_path / "new" / "report.html"
    write_file(path, "ünï", "3f2b")
    assert path.read_text(encoding="utf-8") == "ünï"
    assert path.stat().st_mode & 0o777 == 0o644
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_an_error_with_its_remedy():
    with pytest.raises(ReportNotWritten, match="No space left on device") as failure:
        write_file(Path("/dev/full"), "x" * 100_000, "3f2b")
    assert "mbats report 3f2b --output PATH" in str(failure.value)


def test_when_space_runs_out_the_old_report_stays_and_no_half_one(tmp_path):
    path = tmp_path / "report.html"
    path.write_text("the old one")
    limits, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, limits[1]))
    try:
        with pytest.raises(ReportNotWritten, match="File too large"):
            write_file(path, "x" * 100_000, "3f2b")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert path.read_text() == "the old one"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_in_the_way_is_an_error(tmp_path):
    with pytest.raises(ReportNotWritten, match="directory"):
        write_file(tmp_path, "x", "3f2b")
    assert list(tmp_path.parent.glob(f".{tmp_path.name}*")) == []
