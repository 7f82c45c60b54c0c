// @ts-check
// A text area with line numbers. Tab leaves it as it leaves any other field, so that nobody who uses
// the keyboard is trapped in it.

import { h } from "./dom.js";

/**
 * @param {object} options
 * @param {string} options.id
 * @param {string} options.label
 * @param {string} options.text
 * @param {number} options.rows
 * @param {() => void} options.run Called on Ctrl+Enter.
 * @returns {{ element: HTMLElement, area: HTMLTextAreaElement, set: (text: string) => void }}
 */
export function editor({ id, label, text, rows, run }) {
  const numbers = h("div.editor-lines", { "aria-hidden": "true" });
  const area = h("textarea", {
    id,
    rows: String(rows),
    wrap: "off",
    spellcheck: "false",
    autocapitalize: "off",
    autocomplete: "off",
    oninput: drawNumbers,
    onscroll: () => (numbers.scrollTop = area.scrollTop),
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        run();
      }
    },
  });

  function drawNumbers() {
    const lines = area.value.split("\n").length;
    numbers.textContent = Array.from({ length: lines }, (_, line) => line + 1).join("\n");
  }

  /** @param {string} value */
  function set(value) {
    area.value = value;
    area.scrollTop = 0;
    drawNumbers();
  }

  set(text);
  const element = h(
    "div.editor",
    h("label", { for: id }, label),
    h("div.editor-frame", numbers, area),
  );
  return { element, area, set };
}
