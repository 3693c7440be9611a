import { expect, test } from "vitest";
import { closeFrame, HEARTBEAT_FRAME, messageFrame, OPEN_FRAME } from "../../src/wire/frame.ts";

test("`OPEN_FRAME` is `o`", () => {
  expect(OPEN_FRAME).toBe("o");
});

test("`HEARTBEAT_FRAME` is `h`", () => {
  expect(HEARTBEAT_FRAME).toBe("h");
});

test("`messageFrame()` of one message", () => {
  expect(messageFrame(['"x"'])).toBe('a["x"]');
});

test("`messageFrame()` of several messages keeps their order", () => {
  expect(messageFrame(['"x"', '""', '"y"'])).toBe('a["x","","y"]');
});

test("`closeFrame()` holds code and reason", () => {
  expect(closeFrame(3000, '"Go away!"')).toBe('c[3000,"Go away!"]');
});
