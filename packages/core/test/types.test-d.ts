import {
  sockjs,
  type CloseInfo,
  type Connection,
  type Handler,
  type Hooks,
  type Server,
  type SockJSError,
  type TransportName,
} from "@sockjs-fetch/core";
import { expectTypeOf, test } from "vitest";

interface User {
  readonly name: string;
}

const HOOKS: Hooks = {};

test("`sockjs()` without `authorize` makes a server whose context is `undefined`", () => {
  expectTypeOf(sockjs({})).toEqualTypeOf<Server<undefined>>();
  expectTypeOf(sockjs(() => {})).toEqualTypeOf<Server<undefined>>();
  expectTypeOf(sockjs({ open() {} }, { prefix: "/echo" })).toEqualTypeOf<Server<undefined>>();
});

test("`authorize` gives hooks and server their context", () => {
  const authorize = (): User => ({ name: "ann" });
  const server = sockjs(
    {
      open: (connection) => void expectTypeOf(connection.context).toEqualTypeOf<User>(),
      message: (connection) => void expectTypeOf(connection.context).toEqualTypeOf<User>(),
      close: (connection) => void expectTypeOf(connection.context).toEqualTypeOf<User>(),
      drain: (connection) => void expectTypeOf(connection.context).toEqualTypeOf<User>(),
    },
    { authorize },
  );
  expectTypeOf(server).toEqualTypeOf<Server<User>>();
});

test("`authorize` that is async, or that may refuse, gives the same context", () => {
  const later = async (): Promise<User> => ({ name: "ann" });
  const either = (request: Request): User | Response =>
    request.headers.has("cookie") ? { name: "ann" } : new Response(null, { status: 401 });
  const both = async (request: Request): Promise<User | Response> => either(request);

  expectTypeOf(sockjs({}, { authorize: later })).toEqualTypeOf<Server<User>>();
  expectTypeOf(sockjs({}, { authorize: either })).toEqualTypeOf<Server<User>>();
  expectTypeOf(sockjs({}, { authorize: both })).toEqualTypeOf<Server<User>>();
});

test("a function handler gets a connection with the context", () => {
  sockjs((connection) => void expectTypeOf(connection).toEqualTypeOf<Connection<User>>(), {
    authorize: (): User => ({ name: "ann" }),
  });
});

test("hooks get what the documentation says", () => {
  sockjs({
    open(connection) {
      expectTypeOf(connection).toEqualTypeOf<Connection>();
    },
    message(_connection, message) {
      expectTypeOf(message).toEqualTypeOf<string>();
    },
    close(_connection, event) {
      expectTypeOf(event).toEqualTypeOf<CloseInfo>();
      expectTypeOf(event).toEqualTypeOf<{
        readonly code: number;
        readonly reason: string;
        readonly wasClean: boolean;
      }>();
    },
  });
});

test("hooks may be async", () => {
  expectTypeOf<{ open(): Promise<void>; message(): Promise<void> }>().toExtend<Hooks>();
  expectTypeOf<(connection: Connection) => Promise<void>>().toExtend<Handler>();
});

test("`Connection` has these members", () => {
  expectTypeOf<keyof Connection>().toEqualTypeOf<
    | "id"
    | "transport"
    | "request"
    | "remoteAddress"
    | "readyState"
    | "bufferedAmount"
    | "signal"
    | "context"
    | "send"
    | "close"
    | "subscribe"
    | "unsubscribe"
    | "publish"
    | "readable"
    | "writable"
    | typeof Symbol.asyncIterator
  >();
  expectTypeOf<Connection["transport"]>().toEqualTypeOf<TransportName>();
  expectTypeOf<Connection["readyState"]>().toEqualTypeOf<0 | 1 | 2 | 3>();
  expectTypeOf<Connection["remoteAddress"]>().toEqualTypeOf<string | undefined>();
  expectTypeOf<Connection["request"]>().toEqualTypeOf<Request>();
  expectTypeOf<Connection["signal"]>().toEqualTypeOf<AbortSignal>();
  expectTypeOf<Connection["readable"]>().toEqualTypeOf<ReadableStream<string>>();
  expectTypeOf<Connection["writable"]>().toEqualTypeOf<WritableStream<string>>();
  expectTypeOf<Connection["send"]>().toEqualTypeOf<(message: string) => void>();
  expectTypeOf<Connection["close"]>().toEqualTypeOf<(code?: number, reason?: string) => void>();
});

test("`TransportName` names the transports", () => {
  expectTypeOf<TransportName>().toEqualTypeOf<
    | "websocket"
    | "websocket-raw"
    | "xhr-streaming"
    | "xhr-polling"
    | "eventsource"
    | "htmlfile"
    | "jsonp-polling"
  >();
});

test("iterating a connection yields strings", async () => {
  sockjs(async (connection) => {
    for await (const message of connection) expectTypeOf(message).toEqualTypeOf<string>();
  });
});

test("`Server` is a `fetch` function, and has one", () => {
  const server = sockjs(HOOKS);
  expectTypeOf(server).toBeCallableWith(new Request("http://localhost/"), "env", 1);
  expectTypeOf(server(new Request("http://localhost/"))).toEqualTypeOf<
    Response | Promise<Response>
  >();
  expectTypeOf(server.fetch).toExtend<(request: Request) => Response | Promise<Response>>();
  expectTypeOf(server.connections).toEqualTypeOf<ReadonlySet<Connection>>();
  expectTypeOf(server.close({ code: 4000, reason: "bye", timeout: 1000 })).toEqualTypeOf<
    Promise<void>
  >();
  expectTypeOf(server.close()).toEqualTypeOf<Promise<void>>();
  expectTypeOf(server[Symbol.asyncDispose]()).toEqualTypeOf<Promise<void>>();
});

test("`onError` gets a `SockJSError` with a stable code", () => {
  sockjs(HOOKS, { onError: (error) => expectTypeOf(error).toEqualTypeOf<SockJSError>() });
  expectTypeOf<SockJSError["code"]>().toEqualTypeOf<
    | "ERR_SOCKJS_HOOK"
    | "ERR_SOCKJS_AUTHORIZE"
    | "ERR_SOCKJS_CALLBACK"
    | "ERR_SOCKJS_UPGRADE"
    | "ERR_SOCKJS_INTERNAL"
  >();
});

test("every option may be left out, none may be `undefined` by mistake", () => {
  expectTypeOf(sockjs(HOOKS, {})).toEqualTypeOf<Server>();
  // @ts-expect-error: an option that is absent is left out
  sockjs(HOOKS, { prefix: undefined });
});

test("wrong calls do not compile", () => {
  // @ts-expect-error: a handler is needed
  sockjs();
  // @ts-expect-error: a handler is no string
  sockjs("echo");
  // @ts-expect-error: a hook that does not exist
  sockjs({ onmessage() {} });
  // @ts-expect-error: a message is a string
  sockjs({ message: (_connection, _message: Uint8Array) => {} });
  // @ts-expect-error: an option that does not exist
  sockjs(HOOKS, { heartbeat_delay: 1 });
  // @ts-expect-error: a transport by the name of its URL
  sockjs(HOOKS, { transports: ["xhr_streaming"] });
  // @ts-expect-error: a string is no list of origins
  sockjs(HOOKS, { origins: "https://example.com" });
  // @ts-expect-error: origins are decided at once
  sockjs(HOOKS, { origins: async () => true });
  // @ts-expect-error: proxies are counted or named
  sockjs(HOOKS, { trustProxy: true });
  // @ts-expect-error: a delay is a number
  sockjs(HOOKS, { heartbeatDelay: "25s" });
});

test("wrong uses of a connection do not compile", () => {
  sockjs((connection) => {
    // @ts-expect-error: a message is a string
    connection.send(1);
    // @ts-expect-error: binary is not part of SockJS
    connection.send(new Uint8Array());
    // @ts-expect-error: the code comes first
    connection.close("bye");
    // @ts-expect-error: a topic has a name
    connection.subscribe();
    // @ts-expect-error: a message is a string
    connection.publish("news", {});
    // @ts-expect-error: read only
    connection.id = "x";
    // @ts-expect-error: there is no context without `authorize`
    void connection.context.name;
  });
});

test("wrong uses of a server do not compile", () => {
  const server = sockjs(HOOKS);
  // @ts-expect-error: a request, not its URL
  void server("http://localhost/");
  // @ts-expect-error: read only
  server.connections.clear();
  // @ts-expect-error: a message is a string
  server.broadcast(1);
  // @ts-expect-error: an option that does not exist
  void server.close({ delay: 1 });
});
