// @ts-check
// Elements made by calls: text is always text, never markup.

/** @typedef {Node | string | number | false | null | undefined | Child[]} Child */

/**
 * @param {string} tag
 * @param {Record<string, any>} [props] `on<event>` listens; true sets an attribute without a value;
 * false, null and undefined leave it out.
 * @param {...Child} children
 * @returns {HTMLElement}
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
