// @ts-check
// An icon for each category of platforms, drawn in lines so that it takes the colour of the text.

import { svg } from "./dom.js";

/** @type {Record<string, string>} */
const LINES = {
  CLOUD_STORAGE: "M7 18h10a4 4 0 0 0 .6-8A6 6 0 0 0 6.2 9.6 4.2 4.2 0 0 0 7 18z",
  COMMUNITY:
    "M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM3 19c0-3 2.7-5 6-5s6 2 6 5M16 5.3a3 3 0 0 1 0 5.5M17.5 14c2.2.7 3.5 2.5 3.5 5",
  DATING: "M12 20s-8-4.7-8-10.3C4 6.5 9 5 12 8.5 15 5 20 6.5 20 9.7 20 15.3 12 20 12 20z",
  DEVELOPER: "M8 8l-4 4 4 4M16 8l4 4-4 4M13.5 6l-3 12",
  EDUCATION: "M2 10l10-5 10 5-10 5zM6 12.5V16c3 2.5 9 2.5 12 0v-3.5",
  EMAIL: "M3 6h18v12H3zM3 7l9 7 9-7",
  FINANCE: "M3 9.5L12 4l9 5.5zM6 10v7M10 10v7M14 10v7M18 10v7M3 20h18",
  GAMES:
    "M7 7h10a4 4 0 0 1 4 4v3a3 3 0 0 1-5.5 1.7L15 15H9l-.5.7A3 3 0 0 1 3 14v-3a4 4 0 0 1 4-4zM8 9.5v3M6.5 11h3M15 11h.01M17.5 11h.01",
  GOVERNMENT: "M12 3l7 3v5c0 5-3 8.5-7 10-4-1.5-7-5-7-10V6zM9 12l2 2 4-4",
  HEALTH: "M9 4h6v5h5v6h-5v5H9v-5H4V9h5z",
  HOUSING: "M4 11l8-7 8 7M6 9.5V20h12V9.5M10 20v-6h4v6",
  LENDING:
    "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM9 7.5l3 4.5 3-4.5M12 12v5M9.5 12.5h5M9.5 15h5",
  MEDIA: "M4 5h16v14H4zM10 9l5 3-5 3z",
  MEMBERSHIP: "M3 6h18v12H3zM3 10h18M6 15h4",
  RECRUITING: "M3 8h18v11H3zM9 8V5h6v3M3 13h18",
  SHOPPING: "M5 8h14l-1 12H6zM9 10V7a3 3 0 0 1 6 0v3",
  SOCIAL: "M4 5h16v11h-9l-5 4v-4H4z",
  TOOLS: "M4 7h8M16 7h4M14 5v4M4 17h3M11 17h9M9 15v4M4 12h13M19 10v4",
  TRANSPORT: "M4 16v-4l2-5h12l2 5v4zM4 12h16M7 16v2.5M17 16v2.5M7.5 14h.01M16.5 14h.01",
  TRAVEL: "M5 8h14v11H5zM9 8V5h6v3M9.5 11.5v4M14.5 11.5v4",
  UTILITIES: "M13 3L5 14h6l-1 7 9-11h-6z",
};

/**
 * Hidden from screen readers: the name of the category or platform always stands beside it.
 * @param {string} category @returns {Element | ""}
 */
export function icon(category) {
  const lines = LINES[category];
  const attributes = { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" };
  return lines ? svg("svg", attributes, svg("path", { d: lines })) : "";
}
