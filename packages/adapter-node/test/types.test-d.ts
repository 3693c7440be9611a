import { expectTypeOf, test } from "vitest";
import { serve, type NodeEnv } from "../src/index.ts";

test("`serve()` tells a `fetch` written in place what it gets", () => {
  void serve({
    fetch: (request, env) => {
      expectTypeOf(request).toEqualTypeOf<Request>();
      expectTypeOf(env).toEqualTypeOf<NodeEnv>();
      return new Response("ok");
    },
  });
});
