// npm run chaos -- --minutes 10 --runtime deno [--seed S]: polite, slow and rude clients visit a server whose process stands
// still every so often, and is replaced every so often. Fails when a session or an acknowledged message is lost. Installs nothing.
import { parseArgs } from "node:util";
import { fail, run } from "./setup.mjs";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    runtime: { type: "string", default: "node" },
    seed: { type: "string" },
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
