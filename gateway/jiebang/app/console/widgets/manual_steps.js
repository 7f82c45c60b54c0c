// @ts-check
// The steps a person takes by hand at one platform: a checklist, and a date for a reminder.

import { h, list } from "./dom.js";
import { link, webAddress } from "./link.js";

/**
 * @param {any} inquiry @param {any} words
 * @param {(operation: string, input: object) => void} change
 */
export function manualSteps(inquiry, words, change) {
  const { t } = words;
  const { id, guide, needs, checklist } = inquiry;
  const steps = checklist?.steps ?? [];
  const doneCount = steps.filter((/** @type {any} */ step) => step.doneAt).length;
  const url = needs?.url ?? guide?.url ?? guide?.officialHelp;
  return h(
    "details.panel.hand",
    { "data-keep": `h-${id}` },
    h(
      "summary",
      h("span", inquiry.platform?.name ?? t(`category.${inquiry.category}`)),
      steps.length
        ? h(
            "span",
            { class: `tag${doneCount === steps.length ? " full" : ""}` },
            t("hand.progress", { done: doneCount, all: steps.length }),
          )
        : "",
    ),
    steps.length
      ? list("ol.plain", steps, (step) => {
          const box = h("input", {
            type: "checkbox",
            "data-keep": `s-${id}-${step.id}`,
            onchange: () =>
              change("TickGuideStep", { inquiryId: id, stepId: step.id, done: box.checked }),
          });
          box.checked = Boolean(step.doneAt);
          return h("label.account.choosable", box, h("span", step.text));
        })
      : "",
    guide?.proof && h("p.note", t("hand.proof", { proof: guide.proof })),
    guide?.stale && h("p.note", t("hand.stale")),
    webAddress(url) && h("p", link(url, t("hand.open"))),
    checklist &&
      h(
        "p.row.noprint",
        h("label", { for: `d-${id}` }, t("hand.remind")),
        reminderField(inquiry, change),
        h("span.note", t("hand.remindNote")),
      ),
  );
}

/** @param {any} inquiry @param {(operation: string, input: object) => void} change */
function reminderField({ id, checklist }, change) {
  const field = h("input", {
    type: "date",
    id: `d-${id}`,
    "data-keep": `d-${id}`,
    value: checklist.remindOn ?? "",
    onchange: () => field.value && change("SetReminder", { inquiryId: id, remindOn: field.value }),
  });
  return field;
}
