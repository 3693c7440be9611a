import { defineProject } from "vitest/config";

export default defineProject({
  test: {
    name: "types",
    include: ["*.test.ts"],
    exclude: ["layering.test.ts"], // a unit test, in the short loop
    typecheck: {
      enabled: true,
      include: ["*.test-d.ts", "../../packages/*/test/*.test-d.ts"],
      tsconfig: "./tsconfig.json",
    },
  },
});
