"""Words about what is connected."""

from __future__ import annotations

from jiebang.gateway.catalogue.catalogue import ConnectorState
from jiebang.gateway.flows.coverage import ConnectorLevel
from jiebang.gateway.flows.recycling import RecyclingVerdict
from jiebang.schema.enums.description import describe
from jiebang.sdk import ActionKind, Capability, Delivery, Precedence

describe(
    ConnectorState,
    "How a connector stands in this installation.",
    {
        ConnectorState.ENABLED: "It is asked.",
        ConnectorState.DISABLED: "The operator switched it off.",
        ConnectorState.NOT_CONFIGURED: "It needs settings that nobody gave.",
        ConnectorState.MISCONFIGURED: "It was given wrong settings.",
    },
    name="ConnectorState",
)
describe(
    ConnectorLevel,
    "What the conformance kit found out about a connector. It is computed, never claimed.",
    {
        ConnectorLevel.LISTED: "People can find it, and its steps by hand.",
        ConnectorLevel.BRONZE: "Its answers can be relied on; it may be enabled.",
        ConnectorLevel.SILVER: "Orders can be trusted to it.",
        ConnectorLevel.GOLD: "It holds under bad weather, and has been tried for real.",
    },
)
describe(
    Precedence,
    "Who speaks for a platform when several connectors could: the first in this order.",
    {
        Precedence.OWN: "The platform's own connector.",
        Precedence.AGGREGATOR: "A connector that speaks for many platforms.",
        Precedence.GUIDE: "No interface, only the steps a person can take.",
    },
)
describe(
    Delivery,
    "How the final answer arrives.",
    {
        Delivery.SYNC: "At once.",
        Delivery.POLL: "Later; the gateway asks for it.",
        Delivery.CALLBACK: "Later; the platform calls.",
        Delivery.MANUAL: "Later; a person does it.",
    },
)
describe(
    Capability,
    "What a connector can do.",
    {
        **{kind.capability: kind.ability for kind in ActionKind},
        Capability.LOOKUP: "Say which accounts carry a number.",
        Capability.LOOKUP_BATCH: "The same for many numbers at once.",
        Capability.UNBIND_BATCH: "The same for many accounts at once.",
        Capability.STATUS: "Say how far an order is.",
        Capability.WITHDRAW: "Take an order back.",
        Capability.CALLBACK: "Tell us by itself when an order is done.",
        Capability.GUIDANCE: "Show the steps a person can take by hand.",
        Capability.CATALOGUE: "List the platforms it speaks for.",
    },
)
describe(
    RecyclingVerdict,
    "Whether a number changed hands since a day.",
    {
        RecyclingVerdict.RECYCLED: "It did: somebody else holds it now.",
        RecyclingVerdict.NOT_RECYCLED: "It did not.",
        RecyclingVerdict.DEACTIVATED: "It was given up, and may be sold again.",
        RecyclingVerdict.TRANSFERRED: "It was handed to another person without being given up.",
        RecyclingVerdict.NOT_YET_SYNCED: "Inside the carrier's data lag: nobody can tell yet.",
        RecyclingVerdict.NO_DATA: "There is no date to tell by.",
    },
    name="RecyclingStatus",
)
