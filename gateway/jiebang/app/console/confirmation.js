// @ts-check
// The last question before anything is done, in words that say what will and will not happen.

import { h } from "./dom.js";

/**
 * Ask; run `work` once, whatever is clicked how often.
 * @param {HTMLElement} root @param {any} words
 * @param {{accounts: number, platforms: number, all: boolean}} what
 * @param {() => Promise<void>} work Its error is shown here.
 */
export function confirm(root, words, { accounts, platforms, all }, work) {
  const t = (/** @type {string} */ key, /** @type {any} */ values) => words.t(key, values);
  const said = h("p", { class: "said wrong", role: "alert" });
  const go = h("button", { type: "button", class: "act" }, t("confirm.go", {}));
  const cancel = h("button", { type: "button", onclick: () => dialog.close() }, t("confirm.cancel", {}));
  go.addEventListener("click", async () => {
    if (go.disabled) return;
    go.disabled = true;
    go.textContent = t("confirm.sending", {});
    said.textContent = "";
    try {
      await work();
      dialog.close();
    } catch (error) {
      const name = /** @type {any} */ (error)?.constructor?.name;
      if (name === "Expired") {
        dialog.close();
        throw error;
      }
      said.textContent = name === "Unreachable" ? t("unreachable.text", {}) : /** @type {any} */ (error).message;
      go.disabled = false;
      go.textContent = t("confirm.go", {});
    }
  });
  const dialog = h(
    "dialog",
    { "aria-labelledby": "confirm-title", onclose: () => dialog.remove() },
    h("h2", { id: "confirm-title" }, t("confirm.title", {})),
    h("p", {}, t(all ? "confirm.leadAll" : "confirm.lead", { n: accounts, platforms })),
    h("h3", {}, t("confirm.will", {})),
    h("ul", {}, h("li", {}, t("confirm.will1", {})), h("li", {}, t("confirm.will2", {}))),
    h("h3", {}, t("confirm.wont", {})),
    h("ul", {}, h("li", {}, t("confirm.wont1", {})), h("li", {}, t("confirm.wont2", {}))),
    h("p", { class: "note" }, t("confirm.undo", {})),
    said,
    h("p", { class: "row" }, go, cancel),
  );
  root.append(dialog);
  dialog.showModal();
}
