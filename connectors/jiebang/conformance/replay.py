"""A play that answers from a recording, with some of its replies changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from jiebang.conformance.exchange import Answer, Exchange, Reaction, Sent, Stall

#: What becomes of the reply at this place of the recording.
Change = Callable[[int, Exchange], Reaction]


def unchanged(place: int, exchange: Exchange) -> Reaction:
    return exchange.reaction


def swapped(at: int, reaction: Reaction) -> Change:
    """Only the reply at this place is another one."""

    def change(place: int, exchange: Exchange) -> Reaction:
        return reaction if place == at else exchange.reaction

    return change


class Replay:
    """Each request is answered as the same request was; when the same was made several times, in
    their order, and the last one again after that. Requests for a token are never changed."""

    def __init__(self, recording: Sequence[Exchange], change: Change = unchanged) -> None:
        self._recording = [one for one in recording if not isinstance(one.reaction, Stall)]
        self._change = change
        self._used: set[int] = set()

    async def __call__(self, sent: Sent) -> Reaction:
        place = self._place(sent)
        if place is None:
            return Answer.of({"error": "this was not asked before"}, 404)
        exchange = self._recording[place]
        self._used.add(place)
        if exchange.sent.is_token_request:
            return exchange.reaction
        return self._change(place, exchange)

    def _place(self, sent: Sent) -> int | None:
        ways: tuple[Callable[[Sent], object], ...] = (
            lambda one: one.likeness,
            lambda one: (one.method, one.path),
        )
        for way in ways:
            alike = [
                place
                for place, exchange in enumerate(self._recording)
                if way(exchange.sent) == way(sent)
            ]
            fresh = [place for place in alike if place not in self._used]
            if alike:
                return fresh[0] if fresh else alike[-1]
        return None


def always(reaction: Reaction, recording: Sequence[Exchange]) -> Replay:
    """Answers every request so; token requests as recorded."""
    tokens = [one for one in recording if one.sent.is_token_request]
    return _Always(tokens, reaction)


class _Always(Replay):
    def __init__(self, tokens: Sequence[Exchange], reaction: Reaction) -> None:
        super().__init__(tokens)
        self._reaction = reaction

    async def __call__(self, sent: Sent) -> Reaction:
        if sent.is_token_request:
            return await super().__call__(sent)
        return self._reaction
