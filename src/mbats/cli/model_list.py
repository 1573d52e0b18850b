from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mbats.cli.console import console, emit, next_step, table, waiting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbats.models.registry import ModelRegistry
    from mbats.models.version import Version


@click.command("list")
@click.argument("name", required=False)
@click.option("--tracking-uri", is_flag=True, help="Print nothing but the address that MLflow's own tools take.")
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
def list_models(name: str | None, tracking_uri: bool, as_json: bool) -> None:
    """List models with their newest versions, or all versions of one.

    \b
    Example:
      mbats model list
      mbats model list eurusd
    """
    from mbats.bootstrap import models
    from mbats.cli.model_tables import backtest_of
    from mbats.errors.model import UnknownModel
    from mbats.settings import Settings

    settings = Settings.from_environment()
    if tracking_uri:
        click.echo(models.tracking_uri(settings))
        return
    with waiting("Asking MLflow"):
        registry = models.registry(settings)
        names = registry.names()
        if name is not None and name not in names:
            raise UnknownModel(name=name, known=", ".join(names) or "none")
        names = [name] if name else names
        versions = [version for known in names for version in _of(registry, known, name is None)]
        aliases = {known: registry.aliases(known) for known in names}
    lines = [_line(version, aliases[version.name]) for version in versions]
    if as_json or not lines:
        emit(lines, as_json)
    else:
        rows = [list(line.values()) for line in lines]
        console().print(table(list(lines[0]), rows, optional=["id", "features", "until", "deflated", "label"]))
    next_step(backtest_of(versions[-1]) if versions else "mbats model train EUR_USD")


def _of(registry: ModelRegistry, name: str, newest: bool) -> Sequence[Version]:
    versions = registry.versions(name)
    return versions[-1:] if newest else versions


def _line(version: Version, aliases: Any) -> dict[str, Any]:
    from mbats.market.local_time import moment

    manifest = version.manifest
    metrics, label = manifest["metrics"], manifest["label"]
    return {
        "model": version.reference,
        "aliases": ", ".join(alias for alias, number in aliases.items() if number == version.number),
        "estimator": manifest["estimator"],
        "label": ":".join([str(label["name"]), *(f"{key}={value}" for key, value in label.items() if key != "name")]),
        "features": len(manifest["columns"]),
        "instruments": " ".join(manifest["symbols"]),
        "until": f"{moment(manifest['range'][1]):%Y-%m-%d}",
        "ic": metrics["out_of_fold"]["ic"],
        "sharpe": metrics["traded"]["sharpe"] if metrics["traded"] else None,
        "id": version.id[:12],
        "synthetic": version.synthetic,
    }
