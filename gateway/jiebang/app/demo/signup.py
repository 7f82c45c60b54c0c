"""Sign up in a platform's app with the number, as the person would."""

from __future__ import annotations

from dataclasses import dataclass

import aiohttp

#: The forum that rejects the new holder while a stranger's account has the number.
FORUM = "luntan"


@dataclass(frozen=True, slots=True)
class SignUp:
    """`message` is the platform's own text."""

    accepted: bool
    message: str


async def sign_up(
    session: aiohttp.ClientSession, sandbox: str, platform: str, number: str
) -> SignUp:
    """Try to sign up; on success the platform has one more account."""
    async with session.post(f"{sandbox}/{platform}/signup", json={"phone": number}) as reply:
        answer = await reply.json()
        return SignUp(reply.status == 201, str(answer["message"]))
