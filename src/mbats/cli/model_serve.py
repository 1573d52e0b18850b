from __future__ import annotations

import sys

import click

_LOOK_EVERY = 5.0


@click.command()
@click.argument("model")
@click.option(
    "--alias",
    type=click.Choice(["champion", "challenger", "live"]),
    default="champion",
    show_default=True,
    help="Serve the version that this alias points to, and follow it.",
)
@click.option("--port", type=click.IntRange(0, 65_535), default=5001, show_default=True, help="On loopback; 0: any.")
@click.option(
    "--every",
    type=click.FloatRange(min=0.1),
    default=_LOOK_EVERY,
    show_default=True,
    metavar="SECONDS",
    help="How often to look whether the alias has moved.",
)
@click.option("--json", "as_json", is_flag=True, help="Print where it answers as JSON.")
def serve(model: str, alias: str, port: int, every: float, as_json: bool) -> None:
    """Answer scores of MODEL by REST, on MLflow's scoring protocol, until Ctrl-C.

    MODEL is a name, whose alias is followed without dropping a request, or NAME/NUMBER. Rows are the model's features,
    in any JSON form of the protocol, or CSV. Only this machine is answered; with MBATS_SERVING_TOKEN_FILE (a file that
    only you can read) only who bears its token.

    \b
    Example:
      mbats model serve eurusd
      mbats model serve eurusd/3 --port 0
    """
    from mbats.bootstrap.serving import model_server
    from mbats.cli.console import emit, next_step, waiting
    from mbats.settings import Settings

    settings = Settings.from_environment()
    reference = model if "/" in model or "@" in model else f"{model}@{alias}"
    with waiting("Reading the model"):
        server, follower = model_server(reference, settings, port=port, every=every)
    told = {
        "url": server.url,
        "model": follower.served.reference,
        "follows": reference if "@" in reference else "nothing",
        "columns": follower.served.columns,
        "token": "asked for" if settings.serving_token or settings.serving_token_file else "none",
        "synthetic": follower.served.synthetic,
    }

    def ready() -> None:
        emit(told, as_json)
        sys.stdout.flush()
        next_step(f"curl {server.url}/model")

    server.run(ready)
