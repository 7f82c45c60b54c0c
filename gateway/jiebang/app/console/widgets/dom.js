// @ts-check
// Builds and redraws elements. Children are only ever added as text or nodes, so that nothing a
// platform sends can become markup.

/** @typedef {Node | string | number | false | null | undefined | Child[]} Child */

/**
 * Attributes and listeners: `on<event>` adds a listener; true sets an attribute without a value;
 * false, null and undefined leave the attribute out.
 * @typedef {{ [name: string]: any } & { nodeType?: never }} Props
 */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag | `${Tag}.${string}`} selector The tag, and classes: `p.note`. A button submits only
 *   if its type says so.
 * @param {...(Props | Child)} content Props may come first; all else are children.
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(selector, ...content) {
  const [tag, ...classes] = selector.split(".");
  const element = document.createElement(/** @type {Tag} */ (tag));
  if (classes.length) element.className = classes.join(" ");
  if (element instanceof HTMLButtonElement) element.type = "button";
  const props = isProps(content[0]) ? content.shift() : {};
  for (const [name, value] of Object.entries(/** @type {Props} */ (props))) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...flatten(/** @type {Child[]} */ (content)));
  return element;
}

/** @param {unknown} value */
function isProps(value) {
  return value instanceof Object && !(value instanceof Node) && !Array.isArray(value);
}

/** @param {string} tag @param {Record<string, string | number>} attributes @param {...Node} children */
export function svg(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** @param {string} title @param {...Child} children */
export function section(title, ...children) {
  return h("section", h("h2", title), children);
}

/**
 * A list with an item for each value; by default the value itself.
 * @param {"ul" | "ol" | `${"ul" | "ol"}.${string}`} selector @param {Iterable<any>} values
 * @param {(value: any) => Child} [make]
 */
export function list(selector, values, make = (value) => value) {
  return h(
    selector,
    Array.from(values, (value) => h("li", make(value))),
  );
}

/** @param {Child[]} children @returns {(Node | string)[]} */
function flatten(children) {
  return children.flatMap((child) => {
    if (Array.isArray(child)) return flatten(child);
    if (child === null || child === undefined || child === false || child === "") return [];
    return [child instanceof Node ? child : String(child)];
  });
}

/**
 * Redraws without disturbing the person: elements with the same `data-keep` stay open and focused.
 * @param {HTMLElement} root @param {() => void} redraw
 */
export function preserveState(root, redraw) {
  const focusKey = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset?.keep;
  const openKeys = new Set(
    [...root.querySelectorAll("details[open]")].map(
      (one) => /** @type {HTMLElement} */ (one).dataset.keep,
    ),
  );
  redraw();
  for (const one of root.querySelectorAll("details"))
    if (one.dataset.keep && openKeys.has(one.dataset.keep)) one.open = true;
  if (focusKey)
    /** @type {HTMLElement | null} */ (
      root.querySelector(`[data-keep="${CSS.escape(focusKey)}"]`)
    )?.focus({ preventScroll: true });
}

/** When the current press of a key or pointer began, by `performance.now()`; 0 if there is none. */
let pressTime = 0;
/** Milliseconds after which a press is ignored: its end may have happened outside the window. */
const LONGEST_PRESS = 1000;
for (const kind of ["pointerdown", "keydown"]) {
  addEventListener(kind, () => (pressTime = performance.now()), true);
}
for (const kind of ["pointerup", "pointercancel", "keyup"]) {
  addEventListener(kind, () => setTimeout(() => (pressTime = 0)), true);
}

/**
 * Returns a function that schedules a redraw. However often it is called, it draws once per frame,
 * and not during a press: replacing an element under a finger would lose the click.
 * @param {() => void} draw @returns {() => void}
 */
export function schedule(draw) {
  let frame = 0;
  const attempt = () => {
    if (pressTime && performance.now() - pressTime < LONGEST_PRESS) {
      frame = requestAnimationFrame(attempt);
      return;
    }
    frame = 0;
    draw();
  };
  return () => {
    frame ||= requestAnimationFrame(attempt);
  };
}
