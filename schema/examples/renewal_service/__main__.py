"""Reads a batch from standard input, and prints a report once all of it is followed to the end.

The token of a service with the scope tenure:assert is in JIEBANG_TOKEN, the endpoint's address in
JIEBANG_URL. Exit status: 0, every line is renewed; 1, the report names some that are not; 2, it
could not go on. It may always be run again: nothing is done twice.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys
from pathlib import Path

from jiebang_client import Client, ClientError

from renewal_service.batch import UnusableBatch, read
from renewal_service.course import Course, log
from renewal_service.report import write
from renewal_service.secret import secret
from renewal_service.service import serve


def main() -> int:
    """The exit status."""
    given = _arguments()
    logging.basicConfig(format="%(message)s", level=logging.INFO)
    token = os.environ.get("JIEBANG_TOKEN")
    if not token:
        log.error("Put the token into the environment as JIEBANG_TOKEN.")
        return 2
    url = os.environ.get("JIEBANG_URL", "http://127.0.0.1:8000/graphql")
    try:
        course = Course(
            client=Client(url=url, token=token, language=given.language),
            secret=secret(given.secret),
            batch=given.batch,
            patience=given.patience,
            platforms=given.platforms,
        )
        entries = asyncio.run(serve(course, read(sys.stdin.buffer.read()), given.at_once))
    except (ClientError, UnusableBatch, OSError, ValueError) as error:
        log.error("%s", error)
        return 2
    write(entries, sys.stdout)
    return int(not all(entry.renewed for entry in entries))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="renewal_service", description=__doc__)
    parser.add_argument("--batch", required=True, help="its name; the same when it is run again")
    parser.add_argument(
        "--secret", type=Path, default=Path("renewal.secret"), help="the file with the keys' secret"
    )
    parser.add_argument("--patience", type=float, default=600.0, help="seconds for each renewal")
    parser.add_argument(
        "--at-once",
        type=int,
        choices=range(1, 101),
        default=8,
        metavar="1-100",
        help="so many renewals",
    )
    parser.add_argument("--language", default="zh-CN", choices=("zh-CN", "en"))
    parser.add_argument(
        "--platforms", nargs="*", default=(), metavar="ID", help="these instead of every one"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
