import { byId } from "./dom.js";

/** The name this machine has besides the one in the address bar; it makes another origin of the same server. */
const OTHER_LOOPBACK = new Map([
  ["127.0.0.1", "localhost"],
  ["localhost", "127.0.0.1"],
]);

/** Makes what the visitor chooses: transport, service and origin. The transport is kept in the page's address. */
export function createChoice() {
  const fieldset = byId("choices", HTMLFieldSetElement);
  const service = byId("service", HTMLSelectElement);
  const crossOrigin = byId("cross-origin", HTMLInputElement);
  const otherHost = OTHER_LOOPBACK.get(location.hostname);
  const otherOrigin = `${location.protocol}//${otherHost}:${location.port}`;

  const wanted = new URLSearchParams(location.search).get("transport");
  for (const radio of radios()) {
    radio.checked = radio.value === (wanted ?? "auto");
  }
  fieldset.addEventListener("change", () => {
    history.replaceState(null, "", `?transport=${transport()}`);
  });
  if (otherHost !== undefined) {
    byId("cross-origin-host", HTMLElement).textContent = otherOrigin.replace(/^.*\/\//, "");
    byId("cross-origin-field", HTMLElement).hidden = false;
  }

  function radios() {
    return Array.from(fieldset.querySelectorAll("input"));
  }

  function transport() {
    return radios().find((radio) => radio.checked)?.value ?? "auto";
  }

  return {
    transport,
    /** Every transport by name, without the automatic choice. */
    transports: () =>
      radios()
        .map((radio) => radio.value)
        .filter((name) => name !== "auto"),
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
