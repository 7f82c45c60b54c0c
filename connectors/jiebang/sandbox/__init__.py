"""Simulated platforms over real HTTP; `docs/sandbox.md` describes them.

Imports no other Jiebang package, so that it can be trusted to check the rest.
"""

from jiebang.sandbox.app import create_app
from jiebang.sandbox.population import Population, populate
from jiebang.sandbox.server import run_sandbox, serve
from jiebang.sandbox.world import Pace

__all__ = ["Pace", "Population", "create_app", "populate", "run_sandbox", "serve"]
