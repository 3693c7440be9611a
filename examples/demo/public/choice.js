import { byId } from "./dom.js";

/** The name this machine has besides the one in the address bar; it makes another origin of the same server. */
const OTHER_LOOPBACK = new Map([
  ["127.0.0.1", "localhost"],
  ["localhost", "127.0.0.1"],
]);

const AUTOMATIC = "auto";

/** Makes what the visitor chooses: transport, service and origin. The transport is kept in the page's address. */
export function createChoice() {
  const fieldset = byId("choices", HTMLFieldSetElement);
  const service = byId("service", HTMLSelectElement);
  const crossOrigin = byId("cross-origin", HTMLInputElement);
  const otherHost = OTHER_LOOPBACK.get(location.hostname);
  const otherOrigin = `${location.protocol}//${otherHost}:${location.port}`;

  choose(new URLSearchParams(location.search).get("transport") ?? AUTOMATIC);
  fieldset.addEventListener("change", () => {
    history.replaceState(null, "", `?transport=${transport()}`);
  });
  crossOrigin.addEventListener("change", () => {
    for (const radio of radios().filter(({ dataset }) => "sameOrigin" in dataset)) {
      radio.disabled = crossOrigin.checked;
      if (radio.disabled && radio.checked) {
        choose(AUTOMATIC);
      }
    }
  });
  if (otherHost !== undefined) {
    byId("cross-origin-host", HTMLElement).textContent = `${otherHost}:${location.port}`;
    byId("cross-origin-field", HTMLElement).hidden = false;
  }

  /** @param {string} name */
  function choose(name) {
    const radio = radios().find(({ value }) => value === name);
    if (radio !== undefined) {
      radio.checked = true;
    }
  }

  function radios() {
    return Array.from(fieldset.querySelectorAll("input"));
  }

  function transport() {
    return radios().find((radio) => radio.checked)?.value ?? AUTOMATIC;
  }

  return {
    transport,
    /** Every transport that can be chosen, by name, without the automatic choice. */
    transports: () =>
      radios()
        .filter((radio) => !radio.disabled && radio.value !== AUTOMATIC)
        .map((radio) => radio.value),
    service: () => service.value,
    origin: () => (crossOrigin.checked ? otherOrigin : location.origin),
    /** @param {boolean} isFree */
    setFree(isFree) {
      fieldset.disabled = !isFree;
      service.disabled = !isFree;
      crossOrigin.disabled = !isFree;
    },
  };
}
