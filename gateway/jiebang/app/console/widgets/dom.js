// @ts-check
// Elements made by calls: text is always text, never markup.

/** @typedef {Node | string | number | false | null | undefined | Child[]} Child */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, any>} [props] `on<event>` listens; true sets an attribute without a value;
 * false, null and undefined leave it out.
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, props = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...flat(children));
  return made;
}

/** @param {Child[]} children @returns {(Node | string)[]} */
function flat(children) {
  return children.flatMap((child) => {
    if (Array.isArray(child)) return flat(child);
    if (child === null || child === undefined || child === false || child === "") return [];
    return [child instanceof Node ? child : String(child)];
  });
}

/**
 * Draw anew and leave a person where they were: what carries `data-keep` stays open, and focused.
 * @param {HTMLElement} root @param {() => void} redraw
 */
export function keeping(root, redraw) {
  const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset?.keep;
  const open = new Set(
    [...root.querySelectorAll("details[open]")].map(
      (one) => /** @type {HTMLElement} */ (one).dataset.keep,
    ),
  );
  redraw();
  for (const one of root.querySelectorAll("details"))
    if (one.dataset.keep && open.has(one.dataset.keep)) one.open = true;
  if (focused)
    /** @type {HTMLElement | null} */ (
      root.querySelector(`[data-keep="${CSS.escape(focused)}"]`)
    )?.focus({ preventScroll: true });
}

/** When something was last pressed that is still held, by `performance.now()`; 0: nothing is. */
let pressed = 0;
/** Milliseconds after which a press is taken for one that ended outside of the window. */
const HELD = 1000;
for (const kind of ["pointerdown", "keydown"]) {
  addEventListener(kind, () => (pressed = performance.now()), true);
}
for (const kind of ["pointerup", "pointercancel", "keyup"]) {
  addEventListener(kind, () => setTimeout(() => (pressed = 0)), true);
}

/**
 * Many changes are drawn once, in the next frame in which nobody presses anything: what is
 * exchanged under a finger is never clicked.
 * @param {() => void} draw @returns {() => void}
 */
export function planned(draw) {
  let waiting = 0;
  const attempt = () => {
    if (pressed && performance.now() - pressed < HELD) {
      waiting = requestAnimationFrame(attempt);
      return;
    }
    waiting = 0;
    draw();
  };
  return () => {
    waiting ||= requestAnimationFrame(attempt);
  };
}
