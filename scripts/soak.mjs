// npm run soak -- --minutes 10 --runtime node: aborting, slow, silent, hostile and normal clients visit a server at once. Fails
// when the server is not back at the start in the end. Installs nothing.
import { RUNTIME_NAMES } from "./runtimes.mjs";
import { fail, run } from "./setup.mjs";
import { readCommandLine } from "./usage.mjs";

const { values } = readCommandLine({
  command: "npm run soak -- [options]",
  about: "All kinds of clients visit a server at once; it has to be back at the start in the end.",
  options: {
    minutes: { type: "string", default: "10", value: "N", help: "how long they come" },
    runtime: { type: "string", default: "node", value: "NAME", help: RUNTIME_NAMES.join(", ") },
  },
});
if (!(Number(values.minutes) > 0)) fail(`Cannot soak for "${values.minutes}" minutes`);

const succeeded = run("vitest", ["run", "--config", "tests/soak/soak.config.ts"], {
  SOAK_MINUTES: values.minutes,
  SOAK_RUNTIME: values.runtime,
});
process.exitCode = succeeded ? 0 : 1;
