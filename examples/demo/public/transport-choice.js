import { byId } from "./dom.js";

export const AUTOMATIC = "auto";

/**
 * Makes the list of transports. The choice is kept in the page's address, and goes along to the other pages.
 *
 * @param {(transport: string) => void} [onChange]
 */
export function createTransportChoice(onChange) {
  const fieldset = byId("choices", HTMLFieldSetElement);
  const all = Array.from(fieldset.querySelectorAll("input"));

  fieldset.addEventListener("change", () => {
    history.replaceState(null, "", `?transport=${transport()}`);
    carryOver();
    onChange?.(transport());
  });
  choose(new URLSearchParams(location.search).get("transport") ?? AUTOMATIC);
  carryOver();

  /** @param {string} name */
  function choose(name) {
    const radio = all.find(({ value }) => value === name);
    if (radio !== undefined) {
      radio.checked = true;
    }
  }

  function transport() {
    return all.find((radio) => radio.checked)?.value ?? AUTOMATIC;
  }

  function carryOver() {
    const chosen = transport();
    for (const link of document.querySelectorAll("nav a")) {
      const { pathname } = new URL(/** @type {HTMLAnchorElement} */ (link).href);
      link.setAttribute(
        "href",
        chosen === AUTOMATIC ? pathname : `${pathname}?transport=${chosen}`,
      );
    }
  }

  return {
    transport,
    /** Every transport that can be chosen, by name, without the automatic choice. */
    transports: () =>
      all
        .filter(({ disabled, value }) => !disabled && value !== AUTOMATIC)
        .map(({ value }) => value),
    /**
     * Takes away or gives back what works on the page's own origin only.
     *
     * @param {boolean} isOffered
     */
    offerSameOrigin(isOffered) {
      for (const radio of all.filter(({ dataset }) => "sameOrigin" in dataset)) {
        radio.disabled = !isOffered;
        if (radio.disabled && radio.checked) {
          choose(AUTOMATIC);
        }
      }
    },
    /** @param {boolean} isFree */
    setFree(isFree) {
      fieldset.disabled = !isFree;
    },
  };
}
