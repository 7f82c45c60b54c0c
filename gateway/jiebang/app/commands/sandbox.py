"""`jiebang sandbox`: the fleet of pretend platforms, with options of its own."""

from __future__ import annotations

import typer

from jiebang.sandbox.__main__ import main

#: Options, --help among them, go to the sandbox as they are.
PASS_THROUGH: dict[str, object] = {
    "ignore_unknown_options": True,
    "allow_extra_args": True,
    "help_option_names": [],
}


def sandbox(context: typer.Context) -> None:
    """Run the pretend platforms: real HTTP, invented people. `jiebang sandbox --help` says more.

    运行模拟平台：真实的 HTTP，虚构的人。
    """
    raise typer.Exit(main(context.args))
