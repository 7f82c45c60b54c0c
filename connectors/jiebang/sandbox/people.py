"""Names and nicknames of fictitious people."""

from __future__ import annotations

from random import Random

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = (
    "小雨",
    "子涵",
    "建国",
    "丽华",
    "志强",
    "思远",
    "雅文",
    "海涛",
    "欣怡",
    "文博",
    "春梅",
    "浩然",
)
_MOODS = (
    "爱笑的",
    "安静的",
    "早起的",
    "跑步的",
    "写诗的",
    "怕冷的",
    "贪吃的",
    "看海的",
    "迷路的",
    "弹琴的",
)
_THINGS = ("小鱼", "松鼠", "柠檬", "云朵", "橘猫", "石榴", "山雀", "豆包", "海豚", "竹子")


def full_name(draw: Random) -> str:
    """Draw the name of one holder of a number."""
    return draw.choice(_SURNAMES) + draw.choice(_GIVEN)


def nickname(draw: Random) -> str:
    """Draw what a person calls themselves at one platform."""
    return draw.choice(_MOODS) + draw.choice(_THINGS)
