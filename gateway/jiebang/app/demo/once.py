"""The main job, played once."""


async def play(*a):
    return True
