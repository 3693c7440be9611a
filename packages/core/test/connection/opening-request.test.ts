import { expect, test } from "vitest";
import { forApplication } from "../../src/connection/opening-request.ts";

const CREDENTIALS = { cookie: "a=b", authorization: "Basic eDp5", accept: "text/plain" };

test("`forApplication()` drops cookies and `Authorization` that are not the visitor's own doing", () => {
  const request = new Request("http://localhost/", { headers: CREDENTIALS });

  expect([...forApplication(request, false).headers]).toEqual([["accept", "text/plain"]]);
});

test("`forApplication()` keeps the visitor's own credentials", () => {
  const request = new Request("http://localhost/", { headers: CREDENTIALS });

  expect([...forApplication(request, true).headers]).toEqual([
    ["accept", "text/plain"],
    ["authorization", "Basic eDp5"],
    ["cookie", "a=b"],
  ]);
});
