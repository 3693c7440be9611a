/**
 * Longest wait for an event in a client. The longest one a test waits for is a megabyte by eventsource, two seconds: the
 * client pauses 200 ms after each response.
 */
export const CLIENT_DEADLINE_MS = 20_000;
