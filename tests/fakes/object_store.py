"""An object store in memory, held to the same contract test as the folder's and the S3 server's."""

from mbats.errors.snapshot import ObjectExists, ObjectMissing


class FakeObjectStore:
    """Implements `mbats.secmaster.object_store.ObjectStore` and `mbats.pipelines.backup.vault.Vault`."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def put(self, key: str, content: bytes) -> None:
        if self.objects.setdefault(key, content) != content:
            raise ObjectExists(key=key)

    def get(self, key: str) -> bytes:
        if key not in self.objects:
            raise ObjectMissing(key=key)
        return self.objects[key]

    def exists(self, key: str) -> bool:
        return key in self.objects

    def keys(self, prefix: str) -> list[str]:
        return sorted(key for key in self.objects if key.startswith(prefix))

    def stamps(self, prefix: str) -> dict[str, str]:
        return {key: str(hash(self.objects[key])) for key in self.keys(prefix)}

    def replace(self, key: str, content: bytes) -> None:
        self.objects[key] = content

    def remove(self, key: str) -> None:
        self.objects.pop(key, None)
