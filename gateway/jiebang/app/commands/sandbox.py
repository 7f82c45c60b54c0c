"""`jiebang sandbox`: the simulated platforms, with their own options."""

from __future__ import annotations

import typer

from jiebang.sandbox.__main__ import main

#: Options, including --help, are passed to the sandbox.
PASS_THROUGH: dict[str, object] = {
    "ignore_unknown_options": True,
    "allow_extra_args": True,
    "help_option_names": [],
}


def sandbox(context: typer.Context) -> None:
    """Run the simulated platforms: real HTTP, invented people. See `jiebang sandbox --help`.

    运行模拟平台：真实的 HTTP，虚构的人。
    """
    raise typer.Exit(main(context.args))
