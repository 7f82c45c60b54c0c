// @ts-check
// Dialogs that ask before anything is changed, and say what will and what will not happen.

import { UnreachableError } from "../data/client.js";
import { h, list } from "./dom.js";

/**
 * Asks, and runs `work` once, even if the button is clicked several times.
 * @param {HTMLElement} root @param {any} words
 * @param {{kind: string, accounts: number, platforms: number, everything: boolean}} order
 * @param {() => Promise<void>} work If it throws, the dialog shows the error and stays open.
 */
export function confirmOrder(root, words, { kind, accounts, platforms, everything }, work) {
  /** @type {(key: string, values?: any) => string} */
  const t = words.t;
  const message = h("p.said.wrong", { role: "alert" });
  const submitButton = h("button.act", t(`confirm.${kind}.go`));
  const cancelButton = h("button", { onclick: () => dialog.close() }, t("confirm.cancel"));
  submitButton.addEventListener("click", async () => {
    if (submitButton.disabled) return;
    submitButton.disabled = true;
    submitButton.textContent = t("confirm.sending");
    message.textContent = "";
    try {
      await work();
      dialog.close();
    } catch (error) {
      message.textContent =
        error instanceof UnreachableError
          ? t("unreachable.order")
          : /** @type {any} */ (error).message;
      submitButton.disabled = false;
      submitButton.textContent = t(`confirm.${kind}.go`);
    }
  });
  const points = (/** @type {string} */ key) =>
    list("ul", [1, 2], (n) => t(`confirm.${kind}.${key}${n}`));
  const lead = t(everything ? "confirm.leadAll" : `confirm.${kind}.lead`, {
    n: accounts,
    platforms,
  });
  const dialog = h(
    "dialog",
    {
      "aria-labelledby": "confirm-title",
      "aria-describedby": "confirm-lead",
      onclose: () => dialog.remove(),
    },
    h("h2", { id: "confirm-title" }, t("confirm.title")),
    h("p", { id: "confirm-lead" }, lead),
    h("h3", t("confirm.will")),
    points("will"),
    h("h3", t("confirm.wont")),
    points("wont"),
    h("p.note", t("confirm.undo")),
    message,
    h("p.row", submitButton, cancelButton),
  );
  root.append(dialog);
  dialog.showModal();
}

/**
 * Asks before withdrawing everything that is not done yet.
 * @param {HTMLElement} root @param {any} words @param {() => void} work
 */
export function confirmWithdrawal(root, words, work) {
  const { t } = words;
  const close = () => dialog.close();
  const dialog = h(
    "dialog",
    { "aria-label": t("renewal.withdraw"), onclose: () => dialog.remove() },
    h("p", t("renewal.withdrawSure")),
    h(
      "p.row",
      h(
        "button.act",
        {
          onclick: () => {
            close();
            work();
          },
        },
        t("renewal.withdrawGo"),
      ),
      h("button", { onclick: close }, t("confirm.cancel")),
    ),
  );
  root.append(dialog);
  dialog.showModal();
}
