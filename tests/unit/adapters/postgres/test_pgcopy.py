"""PostgreSQL's manual, COPY, "Binary Format": signature, flags, extension; per row a field count and fields."""

from struct import pack

import numpy as np

from mbats.adapters.postgres import pgcopy


class Wire:
    def __init__(self):
        self.sent = b""

    def write(self, content):
        self.sent += bytes(content)


def written(columns, rows=None, progress=None):
    wire = Wire()
    pgcopy.write(wire, columns, rows, progress)
    return wire.sent


HEADER = b"PGCOPY\n\xff\r\n\0" + pack(">ii", 0, 0)
TRAILER = pack(">h", -1)


def test_packs_rows_as_the_manual_says():
    columns = {
        "id": np.array([7, 8], dtype=np.int32),
        "price": np.array([1.5, -0.0]),
        "none": None,
        "flag": np.array([True, False]),
        "small": np.array([-1, 2], dtype=np.int16),
    }
    first = pack(">hiiidiibih", 5, 4, 7, 8, 1.5, -1, 1, 1, 2, -1)
    second = pack(">hiiidiibih", 5, 4, 8, 8, -0.0, -1, 1, 0, 2, 2)
    assert written(columns) == HEADER + first + second + TRAILER


def test_packs_arrays_of_float8():
    row = pack(">hi", 1, 44) + pack(">iiiii", 1, 0, 701, 2, 1) + pack(">idid", 8, 0.25, 8, 4.0)
    assert written({"extras": np.array([[0.25, 4.0]])}) == HEADER + row + TRAILER
    assert written({"extras": np.empty((1, 0))}) == HEADER + pack(">hiiii", 1, 12, 0, 0, 701) + TRAILER


def test_sends_only_the_chosen_rows_and_counts_them():
    told = []
    columns = {"id": np.arange(100_000, dtype=np.int64), "none": None}
    sent = written(columns, columns["id"] % 2 == 0, told.append)
    assert sum(told) == 50_000
    assert len(sent) == len(HEADER) + 50_000 * 18 + len(TRAILER)
    assert sent[len(HEADER) + 18 :][:18] == pack(">hiqi", 2, 8, 2, -1)


def test_times_count_microseconds_from_2000():
    noon = np.array(["2000-01-01T12:00:00", "1999-12-31T23:59:59.999999"], dtype="datetime64[ns]").astype(np.int64)
    assert pgcopy.timestamps(noon).tolist() == [43_200_000_000, -1]
    assert pgcopy.nanoseconds(pgcopy.timestamps(noon)).tolist() == noon.tolist()
