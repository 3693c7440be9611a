/** In the order of the plot, from its floor up. */
export const TRANSPORTS = [
  "websocket",
  "websocket-raw",
  "xhr-streaming",
  "eventsource",
  "htmlfile",
  "xhr-polling",
  "jsonp-polling",
];

/**
 * What the page reads of the `Stats` of a service.
 *
 * @typedef {object} ServiceStats
 * @property {Record<string, number>} connections
 * @property {number} open
 * @property {number} opened
 * @property {number} channels
 * @property {number} messagesReceived
 * @property {number} messagesSent
 * @property {number} bytesSent
 * @property {{ messagesReceived: number, messagesSent: number }} rates
 */

/** @typedef {ReturnType<typeof sumStats>} Sum */

/**
 * Adds up the statistics of all services of the site.
 *
 * @param {readonly ServiceStats[]} all
 */
export function sumStats(all) {
  /** @param {(stats: ServiceStats) => number} pick */
  const sum = (pick) => all.reduce((total, stats) => total + pick(stats), 0);
  return {
    open: sum(({ open }) => open),
    opened: sum(({ opened }) => opened),
    channels: sum(({ channels }) => channels),
    messagesReceived: sum(({ messagesReceived }) => messagesReceived),
    messagesSent: sum(({ messagesSent }) => messagesSent),
    bytesSent: sum(({ bytesSent }) => bytesSent),
    receivedRate: sum(({ rates }) => rates.messagesReceived),
    sentRate: sum(({ rates }) => rates.messagesSent),
    /** @type {Record<string, number>} */
    connections: Object.fromEntries(
      TRANSPORTS.map((name) => [name, sum(({ connections }) => connections[name] ?? 0)]),
    ),
  };
}
