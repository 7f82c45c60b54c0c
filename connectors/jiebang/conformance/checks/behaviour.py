"""How a connector behaves while it works: what it connects to, blocks, and remembers."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Iterable
from importlib.util import find_spec
from typing import Any, cast

from jiebang.conformance.check import Check
from jiebang.conformance.context import CheckContext, CheckNotApplicable, LookupRecord
from jiebang.conformance.exchange import StubResponse
from jiebang.conformance.level import Level
from jiebang.conformance.recording_server import RecordingServer
from jiebang.conformance.replay import Replay, respond_always
from jiebang.conformance.report import Failure, failure
from jiebang.sdk import Capability

#: A number that is not a canary; it is looked up only against a recording.
_NEVER_ASKED = "+8619912345678"
#: Seconds for which the event loop may block; the best of several measurements counts.
STANDSTILL = 0.25
_WATCHER = """
import sys, threading
found = []
sys.addaudithook(lambda event, _: event in {
    "socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen", "os.system",
} and found.append(event))
sys.path[:] = sys.argv[2].split("\\n")
try:
    __import__(sys.argv[1])
except ModuleNotFoundError as error:
    # Not what it imports, but itself: it was loaded from somewhere else, as pytest may do.
    if error.name is None or not (sys.argv[1] + ".").startswith(error.name + "."):
        raise
    sys.exit(64)
found += ["a thread"] * (threading.active_count() > 1)
print(", ".join(sorted(set(found))))
"""


async def check_import(context: CheckContext) -> AsyncIterator[Failure]:
    """Importing its module has no side effects."""
    module = context.target.module or type(context.target.connector).__module__
    if context.target.source is not None or module.split(".")[0] == "__main__":
        raise CheckNotApplicable("it is not defined in a module of its own")
    try:
        known = find_spec(module) is not None
    except (ImportError, ValueError):
        known = False
    if not known:
        raise CheckNotApplicable("its module cannot be imported by name")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        _WATCHER,
        module,
        "\n".join(sys.path),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=dict(os.environ),
    )
    out, _ = await process.communicate()
    if process.returncode == 64:
        raise CheckNotApplicable("its module cannot be imported by name")
    found = out.decode(errors="replace").strip().splitlines()
    done = found[-1] if found else ""
    if process.returncode == 0 and not done:
        return
    received = done or "an import that failed"
    yield failure(f"import {module}", received, "no connection, no thread")


async def check_hosts(context: CheckContext) -> AsyncIterator[Failure]:
    """No connections except through the gateway's client; none to the target of a redirect."""
    known = await context.bound_lookup()
    await context.replay_lookup(known)
    async with RecordingServer(respond_always(StubResponse.from_json({}), ())) as trap:
        for status in (301, 302, 307, 308):
            moved = StubResponse.from_json({}, status).with_headers(Location=f"{trap.url}/moved")
            await context.lookup_answered(known, moved)
        lured = len(trap.exchanges)
    reached = sorted({one for call in context.all_calls for one in call.audit.connections})
    if lured:
        reached.append("the target of a redirect")
    for one in reached:
        expected = "connections through call.http only, to declared hosts"
        yield failure("a call", f"a connection to {one}", expected)


async def check_blocking(context: CheckContext) -> AsyncIterator[Failure]:
    """The event loop keeps running while the connector waits."""
    known = await context.bound_lookup()
    blocked = sorted({one for call in context.all_calls for one in call.audit.blocking})
    for one in blocked:
        yield failure("a call", one, "an event loop that is not blocked")
    longest = STANDSTILL
    for _ in range(5):
        longest = await _standstill(context, known)
        if longest < STANDSTILL:
            return
    received = f"the event loop was blocked for {longest:.1f} s, in five runs out of five"
    yield failure("a lookup", received, "`await` where it waits")


async def _standstill(context: CheckContext, known: LookupRecord) -> float:
    loop = asyncio.get_running_loop()
    longest, ended = 0.0, asyncio.Event()

    async def beat() -> None:
        nonlocal longest
        while not ended.is_set():
            before = loop.time()
            await asyncio.sleep(0.005)
            longest = max(longest, loop.time() - before)

    beating = asyncio.create_task(beat())
    await asyncio.sleep(0.01)
    await context.replay_lookup(known)
    ended.set()
    await beating
    return longest


async def check_state(context: CheckContext) -> AsyncIterator[Failure]:
    """Calls do not affect each other, and leave nothing behind in the connector."""
    known, absent = await context.bound_lookup(), await context.unbound_lookup()
    connector = context.target.connector
    before = _snapshot(connector)
    rounds = await asyncio.gather(
        *(context.replay_lookup(one) for one in (known, absent, known, absent, absent, known))
    )
    # A table by number grows for one that was never looked up before.
    await context.lookup(_NEVER_ASKED, Replay(absent.exchanges))
    wanted = (known, absent, known, absent, absent, known)
    for found, meant in zip(rounds, wanted, strict=True):
        if (
            found.bound.keys() != meant.bound.keys()
            or found.absent != meant.absent
            or found.handles != meant.handles
        ):
            yield failure(
                "lookups of both canaries at the same time",
                f"{found} for the {'bound' if meant is known else 'unbound'} canary",
                "the same for each as when looked up alone",
            )
    if _snapshot(connector) != before:
        yield failure(
            "lookups of both canaries",
            "the state of the connector or its module has changed",
            "a connector that keeps nothing between calls",
        )


def _snapshot(connector: object) -> str:
    """Return its attributes, and the containers among those of its classes and modules, as text."""
    names = [name for kind in type(connector).__mro__ for name in _slots(kind)]
    own: dict[str, object] = {name: getattr(connector, name, None) for name in names}
    own |= getattr(connector, "__dict__", {})
    shared: dict[str, object] = {
        f"{kind.__name__}.{name}": value
        for kind in type(connector).__mro__
        if kind is not object
        for name, value in vars(kind).items()
        if isinstance(value, dict | list | set)
    }
    for module in {kind.__module__ for kind in type(connector).__mro__}:
        if module.partition(".")[0] not in sys.stdlib_module_names:
            shared |= {
                f"{module}:{name}": value
                for name, value in vars(sys.modules.get(module, object)).items()
                if isinstance(value, dict | list | set) and not name.startswith("__")
            }
    return repr([(name, _to_plain(value, 4)) for name, value in sorted((own | shared).items())])


def _slots(kind: type) -> Iterable[str]:
    slots: Any = vars(kind).get("__slots__", ())
    return (slots,) if isinstance(slots, str) else tuple(slots)


def _to_plain(value: object, depth: int) -> object:
    if depth == 0:
        return type(value).__name__
    if isinstance(value, dict):
        found = cast(dict[object, object], value)
        return [(repr(key), _to_plain(one, depth - 1)) for key, one in found.items()]
    if isinstance(value, list | tuple | set | frozenset):
        return [_to_plain(one, depth - 1) for one in cast(Iterable[object], value)]
    if isinstance(value, str | int | float | bytes | None):
        return value
    return f"{type(value).__name__} {id(value)}"


async def check_number_form(context: CheckContext) -> AsyncIterator[Failure]:
    """The platform receives the exact number; a foreign one does not break anything."""
    context.require(Capability.LOOKUP)
    for found in (await context.bound_lookup(), await context.unbound_lookup()):
        digits = found.subject.national
        if not any(one.request.has_text(digits) for one in found.exchanges):
            received = f"{found.request_count} requests without it"
            expected = "the number in a form that the platform knows"
            yield failure(f"a lookup of {digits}", received, expected)
    for number in ("+14155550123", "+85261234567"):
        found = await context.lookup(number)
        for call in found.calls:
            if call.foreign_error:
                yield failure(
                    "a lookup of a foreign number", call, "an outcome or a ConnectorError"
                )


CHECKS = (
    Check("import", Level.BRONZE, check_import),
    Check("hosts", Level.BRONZE, check_hosts),
    Check("blocking", Level.BRONZE, check_blocking),
    Check("state", Level.BRONZE, check_state),
    Check("number-form", Level.BRONZE, check_number_form),
)
