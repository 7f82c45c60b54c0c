"""One platform's part of the world: its accounts, its keys, its routes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from jiebang.sandbox import dispatch, formats
from jiebang.sandbox.accounts import Account
from jiebang.sandbox.answers import Answer, BadRequest, Handler, ParsedRequest, require
from jiebang.sandbox.callbacks import CallbackEvent, CallbackSender
from jiebang.sandbox.journal import Operation
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.world import OrderOutcome, World

#: The two answers to a sign-up, in every app.
SIGNED_UP, ALREADY_REGISTERED = "注册成功", "该手机号已注册"

MALFORMED = Answer(400)
ALL_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True, slots=True)
class Order:
    """An order about an account, under an idempotency key; `number`, if the request names it, must
    be the account's. Raises `BadRequest` if the key or the account is empty."""

    key: str
    account: str
    number: str | None = None

    def __post_init__(self) -> None:
        require(self.key)
        require(self.account)


class Site:
    def __init__(self, platform: Platform, world: World, callback_sender: CallbackSender) -> None:
        self.platform = platform
        self.world = world
        self.callback_sender = callback_sender
        self.routes = [
            Route(f"/{app}/signup", self._sign_up(app), methods=["POST"])
            for app in platform.app_ids
        ]
        self._authorized: Callable[[ParsedRequest], bool] = lambda _: True
        self._unauthorized = Answer(401)
        self._malformed = MALFORMED

    # What platforms build their routes with.

    def guard(
        self,
        authorized: Callable[[ParsedRequest], bool],
        unauthorized: Answer,
        malformed: Answer = MALFORMED,
    ) -> None:
        """Set who may call the routes, the answer for everyone else, and that to `BadRequest`."""
        self._authorized = authorized
        self._unauthorized = unauthorized
        self._malformed = malformed

    def route(
        self,
        methods: str,
        path: str,
        handler: Handler,
        *,
        writes: bool | Callable[[ParsedRequest], bool] = False,
        public: bool = False,
    ) -> None:
        """Serve `path` below the platform's own; `methods` is one, or ``*`` for all. `public`
        requires no credentials. Handlers are synchronous: nothing interleaves between check and
        act."""

        def answer(parsed: ParsedRequest) -> Answer:
            try:
                return handler(parsed)
            except BadRequest:
                return self._malformed

        async def endpoint(request: Request) -> Response:
            return await dispatch.dispatch_request(
                request,
                platform=self.platform.id,
                world=self.world,
                authorized=(lambda _: True) if public else self._authorized,
                unauthorized=self._unauthorized,
                handler=answer,
                writes=writes,
            )

        accepted = ALL_METHODS if methods == "*" else (methods,)
        self.routes.append(Route(f"/{self.platform.id}{path}", endpoint, methods=list(accepted)))

    def order_route(
        self,
        methods: str,
        path: str,
        operation: Operation,
        read: Callable[[ParsedRequest], Order],
        answers: Mapping[OrderOutcome, Answer],
        reused: Answer,
    ) -> None:
        """Serve orders of one kind; see `run_order`."""

        def order(parsed: ParsedRequest) -> Answer:
            return self.run_order(operation, read(parsed), answers, reused)

        self.route(methods, path, order, writes=True)

    # What platforms' handlers use.

    def bound_accounts(self, number: str) -> list[Account]:
        return self.world.bound_accounts(self.platform.id, number)

    def find(self, account_id: str, number: str | None = None) -> Account | None:
        return self.world.find(self.platform.id, account_id, number)

    def unbind(self, account_id: str, number: str | None = None, key: str = "") -> OrderOutcome:
        """Unbind an account; `number`, if the request names it, must be the account's."""
        account = self.find(account_id, number)
        if account is None:
            return OrderOutcome.NO_SUCH_ACCOUNT
        return self.world.unbind(account, key, self.platform.id)

    def run_order(
        self,
        operation: Operation,
        order: Order,
        answers: Mapping[OrderOutcome, Answer],
        reused: Answer,
    ) -> Answer:
        """Execute the order once; `reused` answers a key that stands for another order."""

        def act() -> Answer:
            account = self.find(order.account, order.number)
            if account is None:
                return answers[OrderOutcome.NO_SUCH_ACCOUNT]
            if operation is Operation.UNBIND:
                return answers[self.world.unbind(account, order.key, self.platform.id)]
            return answers[self.world.mark(account, operation, order.key)]

        return self.run_once(order.key, operation, order.account, act, reused)

    def run_once(
        self,
        key: str,
        operation: Operation,
        subject: str,
        act: Callable[[], Answer],
        reused: Answer,
    ) -> Answer:
        first = self.world.journal.run_once(self.platform.id, key, operation, subject, act)
        return reused if first is None else first

    def settle_later(
        self, url: str, settle: Callable[[], tuple[CallbackEvent, CallbackEvent]]
    ) -> asyncio.Task[None] | None:
        """Settle a case later and report it to `url`; see `CallbackSender.settle_later`."""
        return self.callback_sender.settle_later(
            self.world.faults,
            self.platform.id,
            self.world.pace.callback_seconds,
            url=url,
            settle=settle,
        )

    def _sign_up(self, app: str) -> Callable[[Request], Awaitable[Response]]:
        def sign_up(parsed: ParsedRequest) -> Answer:
            number = formats.any_number(parsed.text("phone"))
            if number is None:
                return Answer(400, {"message": "手机号格式不正确"})
            account = self.world.sign_up(app, number)
            if account is None:
                return Answer(409, {"message": ALREADY_REGISTERED})
            return Answer(201, {"account": account.id, "message": SIGNED_UP})

        async def endpoint(request: Request) -> Response:
            return await dispatch.dispatch_request(
                request, platform=app, world=self.world, handler=sign_up, faults=False
            )

        return endpoint
