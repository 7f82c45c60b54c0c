// @ts-check
// The last question before anything is done, in words that say what will and will not happen.

import { Unreachable } from "../data/client.js";
import { h } from "./dom.js";

/**
 * Ask; run `work` once, whatever is clicked how often.
 * @param {HTMLElement} root @param {any} words
 * @param {{kind: string, accounts: number, platforms: number, whole: boolean}} what
 * @param {() => Promise<void>} work Its error is shown here.
 */
export function confirm(root, words, { kind, accounts, platforms, whole }, work) {
  /** @type {(key: string, values?: any) => string} */
  const t = words.t;
  const said = h("p", { class: "said wrong", role: "alert" });
  const go = h("button", { type: "button", class: "act" }, t(`confirm.${kind}.go`));
  const cancel = h(
    "button",
    { type: "button", onclick: () => dialog.close() },
    t("confirm.cancel"),
  );
  go.addEventListener("click", async () => {
    if (go.disabled) return;
    go.disabled = true;
    go.textContent = t("confirm.sending");
    said.textContent = "";
    try {
      await work();
      dialog.close();
    } catch (error) {
      said.textContent =
        error instanceof Unreachable ? t("unreachable.order") : /** @type {any} */ (error).message;
      go.disabled = false;
      go.textContent = t(`confirm.${kind}.go`);
    }
  });
  const points = (/** @type {string} */ key) =>
    h(
      "ul",
      {},
      [1, 2].map((place) => t(`confirm.${kind}.${key}${place}`)).map((text) => h("li", {}, text)),
    );
  const lead = t(whole ? "confirm.leadAll" : `confirm.${kind}.lead`, { n: accounts, platforms });
  const dialog = h(
    "dialog",
    {
      "aria-labelledby": "confirm-title",
      "aria-describedby": "confirm-lead",
      onclose: () => dialog.remove(),
    },
    h("h2", { id: "confirm-title" }, t("confirm.title")),
    h("p", { id: "confirm-lead" }, lead),
    h("h3", {}, t("confirm.will")),
    points("will"),
    h("h3", {}, t("confirm.wont")),
    points("wont"),
    h("p", { class: "note" }, t("confirm.undo")),
    said,
    h("p", { class: "row" }, go, cancel),
  );
  root.append(dialog);
  dialog.showModal();
}

/** Asks whether what is not done is to be left undone. @param {HTMLElement} root @param {any} words @param {() => void} work */
export function askToWithdraw(root, words, work) {
  const { t } = words;
  const close = () => dialog.close();
  const dialog = h(
    "dialog",
    { "aria-label": t("renewal.withdraw"), onclose: () => dialog.remove() },
    h("p", {}, t("renewal.withdrawSure")),
    h(
      "p",
      { class: "row" },
      h(
        "button",
        {
          type: "button",
          class: "act",
          onclick: () => {
            close();
            work();
          },
        },
        t("renewal.withdrawGo"),
      ),
      h("button", { type: "button", onclick: close }, t("confirm.cancel")),
    ),
  );
  root.append(dialog);
  dialog.showModal();
}
