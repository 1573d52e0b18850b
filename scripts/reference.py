"""Write the reference of all commands, from the commands themselves, to stdout."""

from collections.abc import Iterator

import click

from mbats.cli import root

HEAD = """# Commands

Made from the commands' own help by `make docs`; edit the help, not this page.

Exit codes: 0 done, 1 an expected failure (the message says what mends it), 2 wrong usage, 3 a bug in MBATS,
75 a service that does not answer, so that the same command may do better later,
130 interrupted. Results go to stdout, everything about the work itself to stderr; `--json` prints one document.
"""


def pages(command: click.Command, context: click.Context) -> Iterator[str]:
    """Yield a section for `command`, then for its subcommands."""
    yield f"## {context.command_path}\n\n```text\n{command.get_help(context).rstrip()}\n```\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from pages(below, below.make_context(name, [], parent=context, resilient_parsing=True))


if __name__ == "__main__":
    top = root.make_context("mbats", [], resilient_parsing=True, terminal_width=100, max_content_width=100)
    print("\n".join([HEAD, *pages(root, top)]), end="")
