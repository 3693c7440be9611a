// npm run soak -- --minutes 10 --runtime node: aborting, slow, silent, hostile and normal clients visit a server at once. Fails
// when the server is not back at the start in the end. Installs nothing.
import { parseArgs } from "node:util";
import { fail, run } from "./setup.mjs";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    runtime: { type: "string", default: "node" },
  },
});
if (!(Number(values.minutes) > 0)) fail(`Cannot soak for "${values.minutes}" minutes`);

const succeeded = run("vitest", ["run", "--config", "tests/soak/soak.config.ts"], {
  SOAK_MINUTES: values.minutes,
  SOAK_RUNTIME: values.runtime,
});
process.exitCode = succeeded ? 0 : 1;
