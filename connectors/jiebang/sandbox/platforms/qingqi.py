"""青骑单车: answers lookups and orders later, by a callback with a plain HMAC."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import orjson

from jiebang.sandbox import formats
from jiebang.sandbox.accounts import rows
from jiebang.sandbox.answers import Answer, ParsedRequest, require
from jiebang.sandbox.callbacks import CallbackEvent, require_url
from jiebang.sandbox.journal import Operation
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.seeded_random import token
from jiebang.sandbox.signature import plain_hmac
from jiebang.sandbox.site import Site
from jiebang.sandbox.world import OrderOutcome

KEY = "sandbox-qingqi-key"
SECRET = "sandbox-qingqi-callback-secret"  # noqa: S105 - the demo's own
PLATFORM = Platform(
    id="qingqi",
    zh="青骑单车",
    en="Qingqi Bikes",
    category="transport",
    date_format="date",
    idempotency="key",
    credentials={"api_key": KEY, "callback_secret": SECRET},
)
ENDS = {
    OrderOutcome.DONE: "RELEASED",
    OrderOutcome.ALREADY: "NOTHING_TO_RELEASE",
    OrderOutcome.REFUSED: "REFUSED",
}


@dataclass(slots=True)
class Job:
    """A lookup or an order; `result` is its outcome."""

    id: str
    kind: str
    state: str = "WORKING"
    result: dict[str, object] = field(default_factory=dict[str, object])

    @property
    def body(self) -> dict[str, object]:
        return {"job": self.id, "kind": self.kind, "state": self.state, **self.result}

    def event(self) -> CallbackEvent:
        body = orjson.dumps({"event_id": f"{self.id}/{self.state}", **self.body})
        return CallbackEvent(body=body, sign=partial(plain_hmac, SECRET, body))


def _error(status: int, code: str) -> Answer:
    return Answer(status, {"code": code})


def register_routes(site: Site) -> None:
    jobs: dict[str, Job] = {}

    def begin(job: Job, notify: str, end: Callable[[], tuple[str, dict[str, object]]]) -> Answer:
        jobs[job.id] = job

        def settle() -> tuple[CallbackEvent, CallbackEvent]:
            before = job.event()
            job.state, job.result = end()
            return job.event(), before

        taken = dict(job.body)
        return Answer(202, taken, after=site.settle_later(notify, settle))

    def ask(parsed: ParsedRequest) -> Answer:
        number = require(formats.d11(parsed.text("mobile")))
        notify = require_url(parsed.text("notify"))

        def find_riders() -> tuple[str, dict[str, object]]:
            found = site.bound_accounts(number)
            return "READY", {"riders": rows(found, "rider", "nick", "bound", formats.day)}

        name = "L" + token(site.world.seed, "question", len(jobs), length=16)
        return begin(Job(name, "lookup"), notify, find_riders)

    def release(parsed: ParsedRequest) -> Answer:
        rider, key = require(parsed.text("rider")), require(parsed.text("order_no"))
        notify = require_url(parsed.text("notify"))

        def act() -> Answer:
            if site.find(rider) is None:
                return _error(404, "NO_SUCH_RIDER")

            def end() -> tuple[str, dict[str, object]]:
                return ENDS[site.unbind(rider, key=key)], {}

            name = "R" + token(site.world.seed, "release", key, length=16)
            return begin(Job(name, "release"), notify, end)

        return site.run_once(key, Operation.UNBIND, rider, act, _error(422, "KEY_REUSED"))

    def status(parsed: ParsedRequest) -> Answer:
        job = jobs.get(parsed.path_param("job"))
        return Answer(body=job.body) if job else _error(404, "NO_SUCH_JOB")

    site.guard(
        lambda parsed: parsed.header("x-qingqi-key") == KEY,
        _error(401, "BAD_KEY"),
        _error(400, "BAD_REQUEST"),
    )
    site.route("POST", "/api/lookups", ask)
    site.route("POST", "/api/releases", release, writes=True)
    site.route("GET", "/api/jobs/{job}", status)
