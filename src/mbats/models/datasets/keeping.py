"""Datasets in the object store, each under the hash of its manifest; the manifest holds the hash of the table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mbats.errors.dataset import DatasetDamaged, DatasetMissing, DatasetTableMissing, DatasetUnclear
from mbats.errors.snapshot import ObjectMissing
from mbats.models.dataset import Dataset
from mbats.models.datasets.table import Table, table_from
from mbats.secmaster import parquet
from mbats.secmaster.content_address import address, identities, verified, written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbats.secmaster.object_store import ObjectStore

_MANIFESTS = "datasets/"
_TABLES = "tables/"


def identified(facts: Mapping[str, Any], table: Table) -> Dataset:
    """Return the dataset of `table`, of which `facts` say how it came about; the same of both gives the same id."""
    digest = parquet.digest_of_columns(table.named(facts["columns"]))
    return _dataset({**facts, "table": digest}, table)


def keep(store: ObjectStore, dataset: Dataset) -> None:
    """Store a dataset; the manifest is written last, so it is there whole or not at all."""
    table = Table(**{name: getattr(dataset, name) for name in Table.__slots__})
    store.put(_TABLES + dataset.manifest["table"], parquet.of_columns(table.named(dataset.columns)))
    store.put(f"{_MANIFESTS}{dataset.id}.json", written(dataset.manifest))


def open_dataset(store: ObjectStore, prefix: str) -> Dataset:
    """Return the dataset whose id begins with `prefix`, every byte verified.

    Raises
    ------
    DatasetMissing, DatasetUnclear
        None or several begin so.
    DatasetDamaged, DatasetTableMissing
        It is not what was stored.
    """
    found = identities(store, _MANIFESTS, prefix)
    if not found:
        raise DatasetMissing(prefix=prefix)
    if len(found) > 1:
        raise DatasetUnclear(count=len(found), prefix=prefix, known=", ".join(name[:16] for name in found[:5]))
    manifest = json.loads(verified(store, f"{_MANIFESTS}{found[0]}.json", found[0], DatasetDamaged))
    try:
        content = verified(store, _TABLES + manifest["table"], manifest["table"], DatasetDamaged)
    except ObjectMissing:
        raise DatasetTableMissing(dataset=found[0][:16], key=_TABLES + manifest["table"]) from None
    return _dataset(manifest, table_from(content, manifest["columns"], manifest["rows"]))


def _dataset(manifest: Mapping[str, Any], table: Table) -> Dataset:
    identity = address(written(manifest))
    symbols, columns = tuple(manifest["symbols"]), tuple(manifest["columns"])
    return Dataset(id=identity, manifest=manifest, symbols=symbols, columns=columns, **table.columns())
