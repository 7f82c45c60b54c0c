// @ts-check
// A text area with numbered lines. Tab leaves it, as everywhere: nobody is caught in it.

import { h } from "./dom.js";

/**
 * @param {object} options
 * @param {string} options.id
 * @param {string} options.label
 * @param {string} options.text
 * @param {number} options.rows
 * @param {() => void} options.run What Ctrl+Enter does.
 * @returns {{ element: HTMLElement, area: HTMLTextAreaElement, set: (text: string) => void }}
 */
export function editor({ id, label, text, rows, run }) {
  const numbers = h("div", { class: "editor-lines", "aria-hidden": "true" });
  const area = h("textarea", {
    id,
    rows: String(rows),
    wrap: "off",
    spellcheck: "false",
    autocapitalize: "off",
    autocomplete: "off",
    oninput: count,
    onscroll: () => (numbers.scrollTop = area.scrollTop),
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        run();
      }
    },
  });

  function count() {
    const lines = area.value.split("\n").length;
    numbers.textContent = Array.from({ length: lines }, (_, line) => line + 1).join("\n");
  }

  /** @param {string} given */
  function set(given) {
    area.value = given;
    area.scrollTop = 0;
    count();
  }

  set(text);
  const element = h(
    "div",
    { class: "editor" },
    h("label", { for: id }, label),
    h("div", { class: "editor-frame" }, numbers, area),
  );
  return { element, area, set };
}
