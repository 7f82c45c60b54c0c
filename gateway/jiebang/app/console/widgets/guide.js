// @ts-check
// A platform's guide: the steps a person can take by hand, and the sources they come from.

import { h, list } from "./dom.js";
import { link, webAddress } from "./link.js";

/** @param {any} guide @param {any} t */
export function guideSteps(guide, t) {
  const days = guide.checkedDaysAgo;
  const freshness = guide.stale
    ? h("p.warn", t("catalogue.stale"))
    : h("p.note", days ? t("catalogue.checked", { n: days }) : t("catalogue.checkedToday"));
  return h(
    "details",
    h("summary", t("catalogue.steps")),
    list("ol", guide.steps),
    guide.proof ? h("p", t("catalogue.proof", { proof: guide.proof })) : null,
    guide.difficulty
      ? h("p", t("catalogue.difficulty", { text: t(`difficulty.${guide.difficulty}`) }))
      : null,
    h("p", t("catalogue.official", { text: t(`cover.${guide.coveredByOfficialService}`) })),
    freshness,
    webAddress(guide.url) && h("p", link(guide.url, t("catalogue.begin"))),
    webAddress(guide.officialHelp) && h("p", link(guide.officialHelp, t("catalogue.help"))),
    guide.sources.length ? sources(guide.sources, t) : null,
  );
}

/** @param {any[]} links @param {any} t */
function sources(links, t) {
  return h(
    "details",
    h("summary", t("catalogue.sources", { n: links.length })),
    list("ul", links, (one) => {
      const facts = [
        t(`by.${one.by}`),
        one.dated && t("catalogue.dated", { day: one.dated }),
        one.readOn && t("catalogue.read", { day: one.readOn }),
      ];
      const note = h("span.note", ` ${facts.filter(Boolean).join(" · ")}`);
      return [link(one.url, new URL(one.url).host), note];
    }),
  );
}
