"""Relay connections: pages of a list."""

from __future__ import annotations

from collections.abc import Sequence

import strawberry

from jiebang.gateway.domain.errors import OutOfRange, Reason
from jiebang.gateway.domain.wording import Wording
from jiebang.gateway.flows.renewals import MAX_PER_PAGE
from jiebang.gateway.views.renewal_view import RenewalView
from jiebang.schema.cursor import decode_name, encode_name, encode_place
from jiebang.schema.types.platform import Platform
from jiebang.schema.types.renewal import Renewal


@strawberry.federation.type(shareable=True, description="The position of a page in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether entries follow `endCursor`.")
    has_previous_page: bool = strawberry.field(description="Whether entries precede this page.")
    start_cursor: str | None = strawberry.field(description="The first entry's cursor.")
    end_cursor: str | None = strawberry.field(
        description="The last entry's cursor; send it as `after`."
    )


@strawberry.type(description="A platform in a list.")
class PlatformEdge:
    cursor: str = strawberry.field(description="The position in the list.")
    node: Platform = strawberry.field(description="The platform.")


@strawberry.type(description="A page of platforms, by id.")
class PlatformConnection:
    edges: list[PlatformEdge] = strawberry.field(description="The platforms of this page.")
    page_info: PageInfo = strawberry.field(description="The position of this page.")

    @classmethod
    def of(cls, platforms: Sequence[Platform], first: int, after: str | None) -> PlatformConnection:
        """Return a page of `platforms`, which are ordered by id."""
        require_page_size(first)
        place = decode_name(after) if after is not None else ""
        left = [one for one in platforms if one.id > place]
        edges = [PlatformEdge(cursor=encode_name(one.id), node=one) for one in left[:first]]
        cursors = [edge.cursor for edge in edges]
        return cls(edges=edges, page_info=_page_info(cursors, len(left) > first, after))


@strawberry.type(description="A renewal in a list.")
class RenewalEdge:
    cursor: str = strawberry.field(description="The position in the list.")
    node: Renewal = strawberry.field(description="The renewal.")


@strawberry.type(description="A page of renewals, newest first.")
class RenewalConnection:
    edges: list[RenewalEdge] = strawberry.field(description="The renewals of this page.")
    page_info: PageInfo = strawberry.field(description="The position of this page.")

    @classmethod
    def of(
        cls, views: Sequence[RenewalView], more: bool, after: str | None, language: str
    ) -> RenewalConnection:
        edges = [
            RenewalEdge(
                cursor=encode_place(view.created_at, view.id), node=Renewal.of(view, language)
            )
            for view in views
        ]
        return cls(edges=edges, page_info=_page_info([one.cursor for one in edges], more, after))


def require_page_size(first: int) -> None:
    """Raise `OutOfRange` for an invalid page size."""
    if not 1 <= first <= MAX_PER_PAGE:
        raise OutOfRange(
            Reason.PAGE_OUT_OF_RANGE,
            Wording("A page has 1 to {most} entries.", most=MAX_PER_PAGE),
            field="first",
            hint=Wording("Request fewer, and continue with `after`."),
        )


def _page_info(cursors: Sequence[str], more: bool, after: str | None) -> PageInfo:
    return PageInfo(
        has_next_page=more,
        has_previous_page=after is not None,
        start_cursor=cursors[0] if cursors else None,
        end_cursor=cursors[-1] if cursors else None,
    )
