"""Delivery of one-time codes: the message text and the sender's timeout."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog

from jiebang.sdk import CodeSender

log = structlog.get_logger(__name__)

#: How long a sender may take.
SEND_TIMEOUT = timedelta(seconds=10)

_TEXTS = {
    "zh-CN": "验证码 {code}，5 分钟内有效。任何人向您索要都请勿告知。",
    "en": "Your code is {code}. It is valid for 5 minutes. Do not share it with anyone.",
}


class CodeDelivery:
    def __init__(self, sender: CodeSender, timeout: timedelta = SEND_TIMEOUT) -> None:
        self._sender = sender
        self._timeout = timeout.total_seconds()
        # Keeps references, so that a hanging task is not garbage collected.
        self._sending: set[asyncio.Task[bool]] = set()

    async def deliver(self, number: str, code: str, language: str) -> bool:
        """Return whether the sender accepted the message in time. A sender that ignores
        cancellation is not waited for."""
        sending = asyncio.create_task(self._send(number, _TEXTS[language].format(code=code)))
        self._sending.add(sending)
        sending.add_done_callback(self._sending.discard)
        await asyncio.wait({sending}, timeout=self._timeout)
        if not sending.done():
            sending.cancel()
            log.warning("code_not_sent", error="TimeoutError")
            return False
        return not sending.cancelled() and sending.result()

    async def _send(self, number: str, text: str) -> bool:
        try:
            await self._sender.send(number, text)
        except (Exception, SystemExit) as error:
            # Log the type only: the message may quote the number or the text.
            log.warning("code_not_sent", error=type(error).__name__)
            return False
        return True
