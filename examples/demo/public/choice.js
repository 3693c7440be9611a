import { byId } from "./dom.js";
import { createTransportChoice } from "./transport-choice.js";

/** The name this machine has besides the one in the address bar; it makes another origin of the same server. */
const OTHER_LOOPBACK = new Map([
  ["127.0.0.1", "localhost"],
  ["localhost", "127.0.0.1"],
]);

/** Makes what the visitor chooses on the page of transports: transport, service and origin. */
export function createChoice() {
  const choice = createTransportChoice();
  const service = byId("service", HTMLSelectElement);
  const crossOrigin = byId("cross-origin", HTMLInputElement);
  const otherHost = OTHER_LOOPBACK.get(location.hostname);
  const otherOrigin = `${location.protocol}//${otherHost}:${location.port}`;

  crossOrigin.addEventListener("change", () => choice.offerSameOrigin(!crossOrigin.checked));
  if (otherHost !== undefined) {
    byId("cross-origin-host", HTMLElement).textContent = `${otherHost}:${location.port}`;
    byId("cross-origin-field", HTMLElement).hidden = false;
  }

  return {
    transport: choice.transport,
    transports: choice.transports,
    service: () => service.value,
    origin: () => (crossOrigin.checked ? otherOrigin : location.origin),
    /** @param {boolean} isFree */
    setFree(isFree) {
      choice.setFree(isFree);
      service.disabled = !isFree;
      crossOrigin.disabled = !isFree;
    },
  };
}
