"""Commands that a person types beside the stack, and that have to run among its services."""

from __future__ import annotations

from typing import Any

import click

_TYPED = "mbats.typed"


class ContainedCommand(click.Command):
    """A command of ``mbats stack`` that runs in a container where the services of this home do."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keep what was typed."""
        ctx.meta[_TYPED] = tuple(args)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run here, or there and end as it ends there.

        Raises
        ------
        mbats.errors.engine.FolderApart
        """
        from mbats.bootstrap.stack_inside import run_contained
        from mbats.settings import Settings

        words = ("stack", str(ctx.info_name), *ctx.meta[_TYPED])
        code = run_contained(Settings.from_environment(), words, ctx.params.get("place", ""))
        return super().invoke(ctx) if code is None else ctx.exit(code)
