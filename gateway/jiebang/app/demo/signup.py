"""What the person does in a platform's app: sign up with the number."""

from __future__ import annotations

from dataclasses import dataclass

import aiohttp

#: The forum that refuses the new holder while a stranger's account carries the number.
FORUM = "luntan"


@dataclass(frozen=True, slots=True)
class SignUp:
    """`said` are the platform's own words."""

    accepted: bool
    message: str


async def sign_up(
    session: aiohttp.ClientSession, sandbox: str, platform: str, number: str
) -> SignUp:
    """Try to open an account; where that works there is one more account."""
    async with session.post(f"{sandbox}/{platform}/signup", json={"phone": number}) as reply:
        answer = await reply.json()
        return SignUp(reply.status == 201, str(answer["message"]))
