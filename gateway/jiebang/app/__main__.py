"""The command line."""

from __future__ import annotations

import sys

import typer

from jiebang.app.commands import demo, discover, doctor, migrate, run, sandbox, token
from jiebang.app.commands.connector import connector
from jiebang.app.commands.schema import schema
from jiebang.app.connectors import SandboxUnreachable
from jiebang.app.http.server import CannotListen
from jiebang.app.postgres.embedded import EmbeddedPostgresError
from jiebang.app.settings.loading import SettingsError
from jiebang.gateway.journal.database import DOWN

cli = typer.Typer(
    name="jiebang",
    help="Find the accounts registered with a phone number, and unbind them.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
cli.command()(run.gateway)
cli.command()(run.worker)
cli.command(context_settings=sandbox.PASS_THROUGH)(sandbox.sandbox)
cli.command()(demo.demo)
cli.command()(migrate.migrate)
cli.add_typer(connector)
cli.add_typer(schema)
cli.command()(discover.discover)
cli.command()(doctor.doctor)
cli.command()(token.keys)
cli.command()(token.token)


def main() -> None:
    """Run the command line. Exits with 2 and one sentence when the environment is wrong."""
    try:
        cli()
    except (SettingsError, EmbeddedPostgresError, SandboxUnreachable, CannotListen) as error:
        print(error, file=sys.stderr)  # noqa: T201 - output of the command line
        raise SystemExit(2) from None
    except DOWN as error:
        print(  # noqa: T201
            f"The database or the network does not answer ({type(error).__name__}). "
            "Run `jiebang doctor` to find the problem.",
            file=sys.stderr,
        )
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
