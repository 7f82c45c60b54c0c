"""The service's front: what a frontend of any kind talks to. Put together by `jiebang.app`."""

from __future__ import annotations

from dataclasses import dataclass

from jiebang.gateway.catalogue import Catalogue
from jiebang.gateway.coverage import CoverageBoard
from jiebang.gateway.handwork import Handwork
from jiebang.gateway.lookup import Lookups
from jiebang.gateway.possession import Possessions
from jiebang.gateway.question import Questions
from jiebang.gateway.renewals import Renewals


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    catalogue: Catalogue
    questions: Questions
    lookups: Lookups
    renewals: Renewals
    handwork: Handwork
    coverage: CoverageBoard
    possessions: Possessions
