/**
 * Longest wait for an event in a client. The longest one a test waits for is the way through all transports, more than six
 * seconds of the client's own timers; a busy machine doubles it.
 */
export const CLIENT_DEADLINE_MS = 20_000;
