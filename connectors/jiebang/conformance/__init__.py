"""The conformance kit for connectors: from pytest in one line, or from the command line.

`docs/conformance.md` shows how to use it; each check has a page in `docs/checks/`.
"""

from jiebang.conformance.check import Check
from jiebang.conformance.checks import CHECKS
from jiebang.conformance.fixture import Fixture, Step, fixtures_at
from jiebang.conformance.level import Level
from jiebang.conformance.platform import Application, Fixtures, Platform, Upstream
from jiebang.conformance.report import Failure, Report, Result, Verdict
from jiebang.conformance.runner import examine, examine_manifest
from jiebang.conformance.suite import conformance
from jiebang.conformance.target import Canaries, Target

__all__ = [
    "CHECKS",
    "Application",
    "Canaries",
    "Check",
    "Failure",
    "Fixture",
    "Fixtures",
    "Level",
    "Platform",
    "Report",
    "Result",
    "Step",
    "Target",
    "Upstream",
    "Verdict",
    "conformance",
    "examine",
    "examine_manifest",
    "fixtures_at",
]
