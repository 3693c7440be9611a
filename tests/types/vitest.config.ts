import { defineProject } from "vitest/config";

export default defineProject({
  test: {
    name: "types",
    include: ["*.test.ts"],
    typecheck: {
      enabled: true,
      include: ["*.test-d.ts", "../../packages/*/test/*.test-d.ts"],
      tsconfig: "./tsconfig.json",
    },
  },
});
