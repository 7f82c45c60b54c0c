"""The fleet, one module per platform: `PLATFORM` says what it is, `open_site` opens its doors."""

from __future__ import annotations

from collections.abc import Callable

from jiebang.sandbox.platform import Platform
from jiebang.sandbox.platforms import (
    anju,
    chengshi,
    gongju,
    huiyuan,
    jisudai,
    leshop,
    luntan,
    manyou,
    tiandian,
    xuexi,
    yijian,
    yikang,
    youxi,
    yuanfen,
    yunpan,
    zhiyou,
)
from jiebang.sandbox.site import Site

OpenSite = Callable[[Site], None]

FLEET: tuple[tuple[Platform, OpenSite], ...] = (
    (yunpan.PLATFORM, yunpan.open_site),
    (jisudai.PLATFORM, jisudai.open_site),
    (leshop.PLATFORM, leshop.open_site),
    (tiandian.PLATFORM, tiandian.open_site),
    (luntan.PLATFORM, luntan.open_site),
    (zhiyou.PLATFORM, zhiyou.open_site),
    (manyou.PLATFORM, manyou.open_site),
    (youxi.PLATFORM, youxi.open_site),
    (yuanfen.PLATFORM, yuanfen.open_site),
    (xuexi.PLATFORM, xuexi.open_site),
    (yikang.PLATFORM, yikang.open_site),
    (gongju.PLATFORM, gongju.open_site),
    (chengshi.PLATFORM, chengshi.open_site),
    (huiyuan.PLATFORM, huiyuan.open_site),
    (anju.PLATFORM, anju.open_site),
    (yijian.PLATFORM, yijian.open_site),
)
