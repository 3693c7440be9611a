import { describe, expect, inject, test } from "vitest";
import { header, headerList } from "../harness/http-head.ts";
import { request } from "../harness/request.ts";

const standard = inject("standardPort");
const probe = inject("probePort");

interface Info {
  readonly websocket: boolean;
  readonly origins: readonly string[];
  readonly cookie_needed: boolean;
  readonly entropy: number;
  readonly base_url?: string;
}

async function readInfo(port: number, prefix: string): Promise<Info> {
  return JSON.parse((await request(port, `${prefix}/info`)).body);
}

describe("info", () => {
  test("GET answers uncached JSON without a cookie", async () => {
    const answer = await request(standard, "/echo/info", { headers: { Cookie: "JSESSIONID=x" } });
    expect(answer.status).toBe(200);
    expect(header(answer, "content-type")).toBe("application/json; charset=UTF-8");
    expect(header(answer, "cache-control")).toBe(
      "no-store, no-cache, no-transform, must-revalidate, max-age=0",
    );
    expect(header(answer, "x-content-type-options")).toBe("nosniff");
    expect(header(answer, "expires")).toBeUndefined();
    expect(header(answer, "last-modified")).toBeUndefined();
    expect(header(answer, "set-cookie")).toBeUndefined();
  });

  test("holds exactly the four fields of a plain service", async () => {
    const { entropy, ...rest } = await readInfo(standard, "/echo");
    expect(rest).toEqual({ websocket: true, origins: ["*:*"], cookie_needed: false });
    expect(Number.isInteger(entropy) && entropy >= 0 && entropy <= 0xffff_ffff).toBe(true);
  });

  test("the query does not matter", async () => {
    expect((await request(standard, "/echo/info?t=1234567890")).status).toBe(200);
  });

  test("entropy differs each time and uses all 32 bits", async () => {
    const infos = await Promise.all(Array.from({ length: 40 }, () => readInfo(standard, "/echo")));
    const values = infos.map((info) => info.entropy);
    expect(new Set(values).size).toBe(40);
    // Each bit is set in one of 40 values, and clear in another, but for one run in 17 thousand million.
    expect(values.reduce((bits, value) => (bits | value) >>> 0, 0)).toBe(0xffff_ffff);
    expect(values.reduce((bits, value) => (bits & value) >>> 0, 0xffff_ffff)).toBe(0);
  });

  test("tells that WebSockets are disabled", async () => {
    expect((await readInfo(standard, "/disabled_websocket_echo")).websocket).toBe(false);
  });

  test("tells that a cookie is needed, and sets none", async () => {
    const answer = await request(standard, "/cookie_needed_echo/info");
    expect(JSON.parse(answer.body)).toMatchObject({ cookie_needed: true });
    expect(header(answer, "set-cookie")).toBeUndefined();
  });

  test("tells that a cookie is needed when a function makes it", async () => {
    expect((await readInfo(probe, "/jsessionid-function")).cookie_needed).toBe(true);
  });

  test("tells the configured base URL", async () => {
    expect((await readInfo(probe, "/base-url")).base_url).toBe("https://base.example/echo");
  });

  test("tells that WebSockets are not among the transports", async () => {
    expect((await readInfo(probe, "/only-xhr-polling")).websocket).toBe(false);
  });

  test.each(["POST", "PUT", "DELETE", "HEAD"])("%s answers 405", async (method) => {
    const answer = await request(standard, "/echo/info", { method, body: "" });
    expect(answer.status).toBe(405);
    expect(headerList(answer, "allow")).toEqual(["GET", "OPTIONS"]);
    expect(answer.body).toBe("");
    expect(header(answer, "content-type")).toBeUndefined();
  });
});
