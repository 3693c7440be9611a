// The command line of the other scripts: their options, and what `--help` prints of them. Plain JavaScript without
// dependencies: it runs before anything is installed.
import { parseArgs } from "node:util";

/** The width of the first column; what is wider has its text on the next line. */
const COLUMN = 26;

/**
 * Reads the command line. `options` are those of `parseArgs`, each with its `help` and, where it takes a value, with the
 * `value`'s name; `command` is how the script is called, `about` what it does, `more` what else its usage tells.
 *
 * Prints the usage and ends the process where `--help` is given. Ends it with status 2 and one line where an option is not
 * known, has no value or has one too many.
 */
export function readCommandLine({ command, about, options = {}, allowPositionals, more = [] }) {
  const all = { ...options, help: { type: "boolean", help: "print this" } };
  let parsed;
  try {
    parsed = parseArgs({ options: parserOptions(all), allowPositionals });
  } catch (error) {
    failUsage(complaintOf(error));
  }
  if (parsed.values.help) {
    process.stdout.write(usageOf({ command, about, options: all, more }));
    process.exit(0);
  }
  return parsed;
}

/** Ends the process as a command line deserves that cannot be meant: one line, and status 2. */
export function failUsage(complaint) {
  console.error(`${complaint}: see --help`);
  process.exit(2);
}

/** What `parseArgs` takes; newer ones refuse what they do not know. */
function parserOptions(options) {
  return Object.fromEntries(
    Object.entries(options).map(([name, { help: _help, value: _value, ...option }]) => [
      name,
      option,
    ]),
  );
}

/** In our words and on one line; what Node says of an unknown option goes on about positional arguments. */
function complaintOf({ code, message }) {
  const [, name = ""] = /'([^' ]+)/.exec(message) ?? [];
  switch (code) {
    case "ERR_PARSE_ARGS_UNKNOWN_OPTION":
      return `Unknown option "${name}"`;
    case "ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL":
      return `Unknown argument "${name}"`;
    case "ERR_PARSE_ARGS_INVALID_OPTION_VALUE":
      return message.includes("does not take")
        ? `Option "${name}" takes no value`
        : `Option "${name}" needs a value`;
    default:
      return message.split("\n", 1)[0];
  }
}

function usageOf({ command, about, options, more }) {
  const rows = Object.entries(options).map(([name, { value, help, default: preset }]) => {
    const hasDefault = preset !== undefined && preset !== false;
    return [
      `--${name}${value === undefined ? "" : ` ${value}`}`,
      `${help}${hasDefault ? ` (default: ${preset})` : ""}`,
    ];
  });
  const lines = [`usage: ${command}`, "", about, "", ...rows.flatMap(twoColumns)];
  for (const [title, entries] of more) lines.push("", `${title}:`, ...entries.flatMap(twoColumns));
  return `${lines.join("\n")}\n`;
}

function twoColumns([left, right]) {
  if (right === undefined) return [`  ${left}`];
  return left.length > COLUMN
    ? [`  ${left}`, `  ${"".padEnd(COLUMN)}  ${right}`]
    : [`  ${left.padEnd(COLUMN)}  ${right}`];
}
