/* oxlint-disable no-underscore-dangle -- sockjs-client names them so */

/**
 * Calls back with every frame a connection receives, just before sockjs-client reads it, and with every message it
 * sends, as the JSON array that travels. An HTTP transport may put several messages that wait into one such array.
 *
 * sockjs-client tells its user of messages only. Inside, every transport hands its frames to one method and has one
 * method to send by; they are taken over here, for this one connection (sockjs-client 1.6.1, lib/main.js).
 *
 * @param {SockJSConnection} socket
 * @param {(frame: string) => void} onReceived
 * @param {(payload: string) => void} onSent
 */
export function tapFrames(socket, onReceived, onSent) {
  const receive = socket._transportMessage?.bind(socket);
  if (receive === undefined) {
    throw new TypeError("Cannot see frames: sockjs-client has no _transportMessage");
  }
  socket._transportMessage = (frame) => {
    if (frame === "o" && socket._transport) {
      tapSending(socket._transport, onSent);
    }
    onReceived(frame);
    receive(frame);
  };
}

/**
 * @param {SockJSTransport} transport
 * @param {(payload: string) => void} onSent
 */
function tapSending(transport, onSent) {
  const send = transport.send.bind(transport);
  transport.send = (quoted) => {
    onSent(`[${quoted}]`);
    send(quoted);
  };
}
