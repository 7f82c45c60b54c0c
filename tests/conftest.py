"""What holds for every test: the namespace is whole, and slow machines do not fail properties."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

REPOSITORY = Path(__file__).parents[1]

# A shared machine stalls at will; a limit on the time of one example would measure the machine.
settings.register_profile("jiebang", deadline=None, print_blob=True)
settings.load_profile("jiebang")


def pytest_configure() -> None:
    # A stray file here hides two thirds of the namespace, and mypy and ruff stay silent about it.
    # As an ordinary test this would never run: collection fails first.
    strays = [*REPOSITORY.glob("*/jiebang/__init__.py"), *REPOSITORY.glob("*/__init__.py")]
    if strays:
        found = strays[0].relative_to(REPOSITORY)
        raise pytest.UsageError(f"jiebang is a namespace package; delete {found}")
