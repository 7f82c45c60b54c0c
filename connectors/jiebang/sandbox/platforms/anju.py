"""安居房屋: takes the question and never answers."""

from __future__ import annotations

from jiebang.sandbox.answers import Answer, Fate, Visit
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.site import Site

PLATFORM = Platform(id="anju", zh="安居房屋", en="Anju Homes", category="housing")


def open_site(site: Site) -> None:
    def never(visit: Visit) -> Answer:
        return Answer(fate=Fate.WITHHELD)

    site.route("*", "/{rest:path}", never)
