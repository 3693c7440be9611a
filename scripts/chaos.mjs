// npm run chaos -- --minutes 10 --runtime deno [--seed S]: polite, slow and rude clients visit a server whose process stands
// still every so often, and is replaced every so often. Fails when a session or an acknowledged message is lost. Installs nothing.
import { RUNTIME_NAMES } from "./runtimes.mjs";
import { fail, run } from "./setup.mjs";
import { readCommandLine } from "./usage.mjs";

// As FAULT_RUNTIMES of vitest.config.ts: other versions of Node have no project.
const NAMES = RUNTIME_NAMES.filter((name) => !/^node-\d+$/.test(name));

const { values } = readCommandLine({
  command: "npm run chaos -- [options]",
  about:
    "Polite, slow and rude clients visit a server that stands still and is replaced; nothing acknowledged may be lost.",
  options: {
    minutes: { type: "string", default: "10", value: "N", help: "how long they come" },
    runtime: { type: "string", default: "node", value: "NAME", help: NAMES.join(", ") },
    seed: {
      type: "string",
      value: "N",
      help: "makes the choices of a run again that has printed it",
    },
  },
});
if (!(Number(values.minutes) > 0)) fail(`Cannot make chaos for "${values.minutes}" minutes`);
if (values.seed !== undefined && !/^\d+$/.test(values.seed)) {
  fail(`Cannot take "${values.seed}" for a seed: it is no whole number`);
}

const succeeded = run("vitest", ["run", `--project=chaos:${values.runtime}`], {
  CHAOS_MINUTES: values.minutes,
  ...(values.seed === undefined ? {} : { CHAOS_SEED: values.seed }),
});
process.exitCode = succeeded ? 0 : 1;
