"""A request as the journal takes it: which platforms are asked, and what makes it single."""

from __future__ import annotations

from jiebang.gateway.errors import InvalidArgument, Reason
from jiebang.gateway.journal.idempotency import Claim
from jiebang.gateway.journal.renewals import DraftInquiry
from jiebang.gateway.question import Question
from jiebang.gateway.tenure import Basis, tenure_to_data
from jiebang.gateway.wording import Wording

_LONGEST_KEY = 200


def asked(question: Question) -> tuple[str, ...]:
    """In quarantine nobody is there to take steps by hand, unless somebody says so by name."""
    if question.named or question.basis is not Basis.QUARANTINED:
        return question.platforms
    by_hand = question.catalogue.is_by_hand
    return tuple(one for one in question.platforms if not by_hand(one)) or question.platforms


def inquiry(question: Question, platform: str) -> DraftInquiry:
    catalogue = question.catalogue
    return DraftInquiry(
        connector=catalogue.speaker(platform).spec.id,
        platform=platform,
        by_hand=catalogue.is_by_hand(platform),
    )


def claim_of(question: Question, operation: str, key: str, chosen: object) -> Claim:
    asked = [question.number, tenure_to_data(question.tenure), chosen]
    return Claim(caller=question.caller, operation=operation, key=_checked_key(key), asked=asked)


def _checked_key(key: str) -> str:
    if not key or len(key) > _LONGEST_KEY or not key.isprintable() or key != key.strip():
        raise InvalidArgument(
            Reason.IDEMPOTENCY_KEY_MALFORMED,
            Wording("An idempotency key has 1 to {most} printable characters.", most=_LONGEST_KEY),
            field="idempotencyKey",
            hint=Wording(
                "Make a new UUID for each request, and send it again only with the same request."
            ),
        )
    return key
