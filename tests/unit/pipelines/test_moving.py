"""Objects move once; what is there stays, and what differs is named."""

from fakes.object_store import FakeObjectStore
from mbats.pipelines.moving import Moved, move_objects


def test_objects_are_brought_counted_or_named():
    source, target = FakeObjectStore(), FakeObjectStore()
    for key in ("control/a", "models/b", "models/c"):
        source.put(key, key.encode())
    target.put("models/b", b"models/b")
    target.put("control/a", b"the stack's own")
    keys = source.keys("")
    assert move_objects(source, target, "objects", keys) == Moved("objects", 1, 1, 1, "control/a")
    assert move_objects(source, target, "objects", keys) == Moved("objects", 0, 2, 1, "control/a")
    assert target.get("control/a") == b"the stack's own"
    assert target.get("models/c") == b"models/c"
