import * as bun from "@sockjs-fetch/bun";
import * as deno from "@sockjs-fetch/deno";
import * as node from "@sockjs-fetch/node";
import { Hono } from "hono";
import * as portable from "sockjs-fetch";
import { expectTypeOf, test } from "vitest";

test("`sockjs` of every adapter makes the server of `sockjs-fetch`", () => {
  expectTypeOf(node.sockjs).toExtend<portable.CreateServer>();
  expectTypeOf(bun.sockjs).toExtend<portable.CreateServer>();
  expectTypeOf(deno.sockjs).toExtend<portable.CreateServer>();
});

test("`serve` of every adapter takes and gives what that of `sockjs-fetch` does", () => {
  expectTypeOf(node.serve).toExtend<portable.Serve>();
  expectTypeOf(bun.serve).toExtend<portable.Serve>();
  expectTypeOf(deno.serve).toExtend<portable.Serve>();
});

test("`serve` of every adapter takes the same options but for what `fetch` gets second", () => {
  expectTypeOf<keyof node.ServeOptions>().toEqualTypeOf<keyof portable.ServeOptions>();
  expectTypeOf<keyof bun.ServeOptions>().toEqualTypeOf<keyof portable.ServeOptions>();
  expectTypeOf<keyof deno.ServeOptions>().toEqualTypeOf<keyof portable.ServeOptions>();
  expectTypeOf<Omit<bun.ServeOptions, "fetch">>().toEqualTypeOf<Omit<node.ServeOptions, "fetch">>();
  expectTypeOf<Omit<deno.ServeOptions, "fetch">>().toEqualTypeOf<
    Omit<node.ServeOptions, "fetch">
  >();
});

test("`serve` takes our server, a function that passes arguments on, and a Hono application", () => {
  const server = portable.sockjs({}, { authorize: () => ({ name: "a" }) });
  const passingOn = (request: Request, ...runtime: unknown[]): Response | Promise<Response> =>
    server.fetch(request, ...runtime);
  expectTypeOf(server).toExtend<portable.ServeOptions["fetch"]>();
  expectTypeOf(passingOn).toExtend<portable.ServeOptions["fetch"]>();
  expectTypeOf(new Hono().fetch).toExtend<portable.ServeOptions["fetch"]>();
});

test("`SockJSError` and `Connection` are the same on every runtime", () => {
  expectTypeOf<bun.Connection>().toEqualTypeOf<node.Connection>();
  expectTypeOf<deno.Connection>().toEqualTypeOf<node.Connection>();
  expectTypeOf<portable.Connection>().toEqualTypeOf<node.Connection>();
  expectTypeOf(bun.SockJSError).toEqualTypeOf(node.SockJSError);
  expectTypeOf(deno.SockJSError).toEqualTypeOf(node.SockJSError);
  expectTypeOf(portable.SockJSError).toEqualTypeOf(node.SockJSError);
});
