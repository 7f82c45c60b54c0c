"""The services that any frontend calls. Assembled by `jiebang.app.bootstrap`."""

from __future__ import annotations

from dataclasses import dataclass

from jiebang.gateway.calls.request import RequestAuthorizer
from jiebang.gateway.catalogue.catalogue import Catalogue
from jiebang.gateway.flows.coverage import CoverageBoard
from jiebang.gateway.flows.lookup import Lookups
from jiebang.gateway.flows.manual_steps import ManualSteps
from jiebang.gateway.flows.possession import PossessionProofs
from jiebang.gateway.flows.renewals import Renewals


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    catalogue: Catalogue
    requests: RequestAuthorizer
    lookups: Lookups
    renewals: Renewals
    manual_steps: ManualSteps
    coverage: CoverageBoard
    possession: PossessionProofs
