/** @import { Travel } from "./conversation.js" */
import { element } from "./dom.js";

const CROSSING_MS = 520;
const MAX_DOTS = 48;

/**
 * Makes the line between browser and server: a dot crosses it for every frame.
 *
 * @param {HTMLElement} track
 */
export function createWire(track) {
  const wantsStillness = matchMedia("(prefers-reduced-motion: reduce)");

  return {
    /** @param {Travel} travel */
    show(travel) {
      if (travel.direction === "local" || wantsStillness.matches) {
        return;
      }
      if (track.childElementCount >= MAX_DOTS) {
        return;
      }
      const dot = element("i", { class: `dot ${travel.direction} ${travel.kind}` });
      track.append(dot);
      const path = [{ insetInlineStart: "0%" }, { insetInlineStart: "100%" }];
      const crossing = dot.animate(path, {
        duration: CROSSING_MS,
        direction: travel.direction === "sent" ? "normal" : "reverse",
        easing: "cubic-bezier(.45,.05,.45,.95)",
      });
      crossing.onfinish = () => dot.remove();
    },
  };
}
