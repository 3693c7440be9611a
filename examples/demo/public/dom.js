/**
 * Finds an element of the page by its id.
 *
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
export function byId(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof type)) {
    throw new TypeError(`Cannot find element: no ${type.name} has the id "${id}"`);
  }
  return found;
}

/**
 * Makes an element with attributes and children.
 *
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, string>} attributes
 * @param {(string | Node)[]} children
 */
export function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    made.setAttribute(attribute, value);
  }
  made.append(...children);
  return made;
}

/**
 * Writes milliseconds with as many digits as the browser's clock gives: `0.8`, `12.5`, `431`.
 *
 * @param {number} ms
 */
export function formatMs(ms) {
  return ms < 100 ? ms.toFixed(1) : Math.round(ms).toLocaleString("en");
}

/**
 * Makes a function that draws before the browser next paints, once however often it is called until then. Frames may
 * come faster than that, and drawing each would show in the times that are measured.
 *
 * @param {() => void} draw
 */
export function drawLater(draw) {
  let isDue = false;
  return () => {
    if (!isDue) {
      isDue = true;
      requestAnimationFrame(() => {
        isDue = false;
        draw();
      });
    }
  };
}
