import { tapFrames } from "./frame-tap.js";

/**
 * One line of the log: a frame, or an event of the connection that no frame tells of.
 *
 * @typedef {object} Travel
 * @property {number} atMs Since the connection was asked for.
 * @property {"sent" | "received" | "local"} direction
 * @property {"prelude" | "open" | "message" | "heartbeat" | "close"} kind
 * @property {string} text
 * @property {number} bytes In UTF-8, without what HTTP or the WebSocket adds.
 * @property {number[]} roundTripsMs One for each echo in the frame.
 */

/**
 * @typedef {object} Watcher
 * @property {(travel: Travel) => void} [onTravel]
 * @property {(openedInMs: number, transport: string, socket: SockJSConnection) => void} [onOpen]
 * @property {(message: string) => void} [onMessage]
 * @property {(event: { code: number, reason: string, wasClean: boolean }) => void} [onClose]
 */

/** @typedef {ReturnType<typeof startConversation>} Conversation */

const utf8 = new TextEncoder();

/**
 * Opens a SockJS connection and tells of every frame with its time, its size, and, for an echo, its round trip.
 * A service that does not echo has no round trips.
 *
 * @param {string} url
 * @param {string} transport Its name, or `auto` to leave the choice to sockjs-client.
 * @param {Watcher} watcher
 */
export function startConversation(url, transport, watcher) {
  const startedAtMs = performance.now();
  /** @type {number[]} When each message without an echo was sent, oldest first. */
  const sentAtMs = [];
  const socket = new SockJS(url, null, transport === "auto" ? {} : { transports: transport });

  tapFrames(socket, receive, (payload) => {
    sentAtMs.push(performance.now());
    tell("sent", "message", payload);
  });
  socket.onopen = () => {
    watcher.onOpen?.(performance.now() - startedAtMs, socket.transport ?? transport, socket);
  };
  socket.onmessage = (event) => watcher.onMessage?.(event.data);
  socket.onclose = (event) => {
    tell("local", "close", `${event.code} ${event.reason}`);
    watcher.onClose?.(event);
  };

  /** @param {string} frame */
  function receive(frame) {
    const nowMs = performance.now();
    const echoed = sentAtMs.splice(0, countMessages(frame));
    const roundTripsMs = echoed.map((sentMs) => nowMs - sentMs);
    tell("received", kindOf(frame), frame, roundTripsMs);
  }

  /** @type {(direction: Travel["direction"], kind: Travel["kind"], text: string, roundTripsMs?: number[]) => void} */
  function tell(direction, kind, text, roundTripsMs = []) {
    const atMs = performance.now() - startedAtMs;
    const bytes = direction === "local" ? 0 : utf8.encode(text).length;
    watcher.onTravel?.({ atMs, direction, kind, text, bytes, roundTripsMs });
  }

  return {
    /** @param {string} message */
    send(message) {
      socket.send(message);
    },
    close() {
      socket.close();
    },
  };
}

/**
 * @param {string} frame
 * @returns {Travel["kind"]}
 */
function kindOf(frame) {
  switch (frame[0]) {
    case "o":
      return "open";
    case "h":
      // The 2 KiB that xhr-streaming begins with reach the client as if they were a frame.
      return frame.length > 1 ? "prelude" : "heartbeat";
    case "c":
      return "close";
    default:
      return "message";
  }
}

/** @param {string} frame */
function countMessages(frame) {
  return frame.startsWith("a") ? JSON.parse(frame.slice(1)).length : 0;
}
