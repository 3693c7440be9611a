import { describe, expect, inject, test } from "vitest";
import { command, ROOT, workspaceCommand } from "./command.ts";
import { PACKAGES } from "./packed.ts";

describe.concurrent.each(PACKAGES)("$name", ({ name }) => {
  const tarball = inject("packages").find((item) => item.name === name)?.tarball ?? "";

  test("has nothing that `publint --strict` objects to", async () => {
    const { code, output } = await command(workspaceCommand("publint"), [
      "run",
      "--strict",
      tarball,
    ]);
    expect([code, output]).toEqual([0, expect.stringContaining("All good!")]);
  });

  // `esm-only`: `require` of an ES module and resolution without `exports` are not offered.
  test("has types that `attw` finds right for every importer", async () => {
    const offline = ["--profile", "esm-only", "--no-definitely-typed"];
    const { code, output } = await command(workspaceCommand("attw"), [tarball, ...offline]);
    expect([code, code === 0 ? "" : output]).toEqual([0, ""]);
  });
});

test("JSR would take the packages, each public name documented", async () => {
  const { code, output } = await command(process.execPath, [`${ROOT}scripts/jsr.mjs`, "check"]);
  expect([code, output]).toEqual([0, expect.stringContaining("Success Dry run complete")]);
});
