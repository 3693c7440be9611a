import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** The soak: `npm run soak`. It takes minutes, so it is no project of the workspace and no gate. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL(".", import.meta.url)),
    include: ["soak.test.ts"],
    testTimeout: 0,
    disableConsoleIntercept: true, // the samples, as they come
  },
});
