"""The fleet, one module per platform: `PLATFORM` says what it is, `open_site` opens its doors."""

from __future__ import annotations

from collections.abc import Callable

from jiebang.sandbox.platform import Platform
from jiebang.sandbox.platforms import (
    anhe,
    anju,
    chengshi,
    feiguan,
    gongju,
    heming,
    huiyuan,
    jisudai,
    kejiang,
    leshop,
    luming,
    luntan,
    manyou,
    moye,
    qingqi,
    qishan,
    shimin,
    shundao,
    tiandian,
    tuyou,
    wenlu,
    xuexi,
    yijian,
    yikang,
    yilan,
    youxi,
    yuanfen,
    yunjian,
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
    (yunjian.PLATFORM, yunjian.open_site),
    (kejiang.PLATFORM, kejiang.open_site),
    (luming.PLATFORM, luming.open_site),
    (shundao.PLATFORM, shundao.open_site),
    (wenlu.PLATFORM, wenlu.open_site),
    (feiguan.PLATFORM, feiguan.open_site),
    (moye.PLATFORM, moye.open_site),
    (tuyou.PLATFORM, tuyou.open_site),
    (qishan.PLATFORM, qishan.open_site),
    (anhe.PLATFORM, anhe.open_site),
    (shimin.PLATFORM, shimin.open_site),
    (heming.PLATFORM, heming.open_site),
    (qingqi.PLATFORM, qingqi.open_site),
    (yijian.PLATFORM, yijian.open_site),
    (yilan.PLATFORM, yilan.open_site),
)
