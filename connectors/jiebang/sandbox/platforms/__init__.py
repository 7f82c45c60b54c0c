"""The platforms, one module each: `PLATFORM` describes it, `open_site` creates its site."""

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

RegisterRoutes = Callable[[Site], None]

PLATFORM_MODULES: tuple[tuple[Platform, RegisterRoutes], ...] = (
    (yunpan.PLATFORM, yunpan.register_routes),
    (jisudai.PLATFORM, jisudai.register_routes),
    (leshop.PLATFORM, leshop.register_routes),
    (tiandian.PLATFORM, tiandian.register_routes),
    (luntan.PLATFORM, luntan.register_routes),
    (zhiyou.PLATFORM, zhiyou.register_routes),
    (manyou.PLATFORM, manyou.register_routes),
    (youxi.PLATFORM, youxi.register_routes),
    (yuanfen.PLATFORM, yuanfen.register_routes),
    (xuexi.PLATFORM, xuexi.register_routes),
    (yikang.PLATFORM, yikang.register_routes),
    (gongju.PLATFORM, gongju.register_routes),
    (chengshi.PLATFORM, chengshi.register_routes),
    (huiyuan.PLATFORM, huiyuan.register_routes),
    (anju.PLATFORM, anju.register_routes),
    (yunjian.PLATFORM, yunjian.register_routes),
    (kejiang.PLATFORM, kejiang.register_routes),
    (luming.PLATFORM, luming.register_routes),
    (shundao.PLATFORM, shundao.register_routes),
    (wenlu.PLATFORM, wenlu.register_routes),
    (feiguan.PLATFORM, feiguan.register_routes),
    (moye.PLATFORM, moye.register_routes),
    (tuyou.PLATFORM, tuyou.register_routes),
    (qishan.PLATFORM, qishan.register_routes),
    (anhe.PLATFORM, anhe.register_routes),
    (shimin.PLATFORM, shimin.register_routes),
    (heming.PLATFORM, heming.register_routes),
    (qingqi.PLATFORM, qingqi.register_routes),
    (yijian.PLATFORM, yijian.register_routes),
    (yilan.PLATFORM, yilan.register_routes),
)
