import { resolveMultiplexOptions } from "../options/resolve-options.ts";
import { answeredNow } from "../options/call.ts";
import { SockJSError } from "../options/errors.ts";
import { Channel } from "./channel.ts";
import { LinkedConnection } from "./linked-connection.ts";
import { isHandler, type Connection, type Handler, type Hooks } from "./connection.ts";

/**
 * What is done with each channel: a table of handlers by channel name, or a function that gives the handler for a name, or
 * nothing to refuse it. The function is asked each time a channel opens.
 */
export type Channels<Context = undefined> =
  | Readonly<Record<string, Handler<Context>>>
  | ((name: string, connection: Connection<Context>) => Handler<Context> | undefined);

/** Settings of {@link multiplex}. */
export interface MultiplexOptions {
  /**
   * Channels one connection may have open; further ones are refused.
   *
   * @default 256
   */
  readonly maxChannels?: number;
}

/** A longer name is no name. It is kept for as long as its channel is open. */
const MAX_NAME_LENGTH = 256;

/**
 * Makes a handler that carries many channels over each connection, for the client `websocket-multiplex` (protocol, section
 * 9). Each channel is a connection of its own to the application, with the same hooks, topics and limits; its
 * `bufferedAmount` is that of the connection that carries it. What the protocol does not know is ignored: unknown channels,
 * messages to channels that are not open, anything malformed. Names are compared unescaped; answers use the spelling that
 * opened the channel. All channels close with their connection, at once.
 *
 * @throws {TypeError} when the channels are neither a table nor a function, or an option is wrong.
 * @example
 * ```ts
 * const server = sockjs(multiplex({ ann: { message: (channel, text) => channel.send(text) } }), { prefix: "/multiplex" });
 * ```
 */
export function multiplex<Context = undefined>(
  channels: Channels<Context>,
  options: MultiplexOptions = {},
): Hooks<Context> {
  const handlerOf = toLookup(channels);
  const { maxChannels } = resolveMultiplexOptions(options);
  const openChannels = new WeakMap<Connection<Context>, Map<string, Channel>>();

  /** The application's handler for a channel; nothing, and a report, where it does not answer with one. */
  const ask = (
    outer: LinkedConnection & Connection<Context>,
    name: string,
  ): Handler<Context> | undefined => {
    const fail = (failure: string, cause: unknown): undefined => {
      const message = `Cannot open channel: the function given to multiplex() ${failure}`;
      outer.owner.report(new SockJSError("ERR_SOCKJS_CALLBACK", message, { cause }));
      return undefined;
    };
    try {
      const wanted = "a handler, or undefined to refuse the channel";
      const tell = (mistake: TypeError): undefined => fail("returned a promise", mistake);
      return answeredNow(handlerOf(name, outer), wanted, tell);
    } catch (cause) {
      return fail("threw", cause);
    }
  };

  const subscribe = (
    outer: LinkedConnection & Connection<Context>,
    open: Map<string, Channel>,
    wireName: string,
  ): void => {
    const name = unescape(wireName); // the client writes it by `escape`
    if (open.has(name) || wireName.length > MAX_NAME_LENGTH) return;
    if (open.size >= maxChannels) {
      outer.send(`uns,${wireName}`);
      return;
    }
    const handler = ask(outer, name);
    if (!isHandler(handler)) return; // the channel is refused
    // Its connections get the context of the outer one, which is of this type.
    const channel = new Channel(outer, wireName, handler as Handler<unknown>, () =>
      open.delete(name),
    );
    open.set(name, channel);
    channel.open();
  };

  return {
    open(connection) {
      if (!(connection instanceof LinkedConnection)) return;
      const open = new Map<string, Channel>();
      openChannels.set(connection, open);
      // Not in the hook `close`: that waits for messages that a channel is behind with.
      connection.onceClosed((info) => {
        for (const channel of open.values()) channel.closed(info);
      });
    },
    message(connection, text) {
      const open = openChannels.get(connection);
      if (open === undefined || !(connection instanceof LinkedConnection)) return undefined;
      const { type, name, payload } = parse(text);
      switch (type) {
        case "sub":
          subscribe(connection, open, name);
          return undefined;
        case "msg":
          return payload === undefined
            ? undefined
            : open.get(unescape(name))?.connection.receive([payload]);
        case "uns":
          open.get(unescape(name))?.closed({ code: 1000, reason: "", wasClean: true });
          return undefined;
        default:
          return undefined; // not of the protocol
      }
    },
    drain(connection) {
      for (const channel of openChannels.get(connection)?.values() ?? [])
        channel.connection.drained();
    },
  };
}

/** A table is read once, into a Map: a name that a browser sends must not find what every object has. */
function toLookup<Context>(
  channels: Channels<Context>,
): (name: string, connection: Connection<Context>) => Handler<Context> | undefined {
  if (typeof channels === "function") return channels;
  if (typeof channels !== "object" || channels === null) {
    throw new TypeError("Channels must be a table of handlers or a function");
  }
  const table = new Map(Object.entries(channels));
  return (name) => table.get(name);
}

interface Parsed {
  readonly type: string;
  readonly name: string;
  /** Everything after the second comma; absent without one. */
  readonly payload: string | undefined;
}

function parse(text: string): Parsed {
  const first = text.indexOf(",");
  if (first < 0) return { type: "", name: "", payload: undefined };
  const type = text.slice(0, first);
  const second = type === "msg" ? text.indexOf(",", first + 1) : -1;
  if (second < 0) return { type, name: text.slice(first + 1), payload: undefined };
  return { type, name: text.slice(first + 1, second), payload: text.slice(second + 1) };
}
