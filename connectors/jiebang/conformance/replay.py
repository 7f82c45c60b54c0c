"""Replies from a recording, some of them changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from jiebang.conformance.exchange import Exchange, Reaction, RecordedRequest, Stall, StubResponse

#: What to do instead of sending the reply at this index of the recording.
Change = Callable[[int, Exchange], Reaction]


def keep_reply(place: int, exchange: Exchange) -> Reaction:
    return exchange.reaction


def replace_reply(at: int, reaction: Reaction) -> Change:
    """Replace only the reply at this index."""

    def change(place: int, exchange: Exchange) -> Reaction:
        return reaction if place == at else exchange.reaction

    return change


class Replay:
    """Answers each request as the same request was answered; if it was made several times, in their
    order, repeating the last one. Token requests are never changed."""

    def __init__(self, recording: Sequence[Exchange], change: Change = keep_reply) -> None:
        self._recording = [one for one in recording if not isinstance(one.reaction, Stall)]
        self._change = change
        self._used: set[int] = set()

    async def __call__(self, sent: RecordedRequest) -> Reaction:
        place = self._find_index(sent)
        if place is None:
            return StubResponse.from_json({"error": "this request was not recorded"}, 404)
        exchange = self._recording[place]
        self._used.add(place)
        if exchange.request.is_token_request:
            return exchange.reaction
        return self._change(place, exchange)

    def _find_index(self, sent: RecordedRequest) -> int | None:
        ways: tuple[Callable[[RecordedRequest], object], ...] = (
            lambda one: one.fingerprint,
            lambda one: (one.method, one.path),
        )
        for way in ways:
            alike = [
                place
                for place, exchange in enumerate(self._recording)
                if way(exchange.request) == way(sent)
            ]
            fresh = [place for place in alike if place not in self._used]
            if alike:
                return fresh[0] if fresh else alike[-1]
        return None


def respond_always(reaction: Reaction, recording: Sequence[Exchange]) -> Replay:
    """Answer every request with `reaction`; token requests as recorded."""
    tokens = [one for one in recording if one.request.is_token_request]
    return _ConstantReplay(tokens, reaction)


class _ConstantReplay(Replay):
    def __init__(self, tokens: Sequence[Exchange], reaction: Reaction) -> None:
        super().__init__(tokens)
        self._reaction = reaction

    async def __call__(self, sent: RecordedRequest) -> Reaction:
        if sent.is_token_request:
            return await super().__call__(sent)
        return self._reaction
