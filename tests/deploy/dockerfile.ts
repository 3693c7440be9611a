import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { succeed } from "../packages/command.ts";

/** What a Dockerfile makes, in a folder in place of a file system of its own. */
export interface Image {
  readonly from: string;
  readonly user: string;
  readonly ports: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly command: readonly string[];
}

/**
 * Carries out the instructions of a Dockerfile, one after the other, without Docker: what it copies must be in `context`, and
 * what it runs must succeed, on the programs of `env`. Throws at an instruction it does not know.
 */
export async function carryOut(
  dockerfile: string,
  context: string,
  root: string,
  env: Readonly<Record<string, string>>,
): Promise<Image> {
  let image: Image = { from: "", user: "root", ports: [], env, folder: root, command: [] };
  for (const { name, value } of instructionsOf(readFileSync(dockerfile, "utf8"))) {
    image = { ...image, ...(await step(name, value, image, context, root)) };
  }
  return image;
}

interface Instruction {
  readonly name: string;
  readonly value: string;
}

function instructionsOf(text: string): readonly Instruction[] {
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [, name = "", value = ""] = /^([A-Z]+) (.*[^\\])$/.exec(line) ?? [];
      return { name, value };
    });
}

async function step(
  name: string,
  value: string,
  image: Image,
  context: string,
  root: string,
): Promise<Partial<Image>> {
  const words = value.split(" ");
  switch (name) {
    case "FROM":
      return { from: value };
    case "WORKDIR": {
      const folder = join(root, value);
      mkdirSync(folder, { recursive: true });
      return { folder };
    }
    case "ENV":
      return { env: { ...image.env, ...Object.fromEntries(words.map((word) => word.split("="))) } };
    case "COPY": {
      const target = join(image.folder, words.pop() ?? "");
      for (const source of words)
        copyFileSync(join(context, source), join(target, basename(source)));
      return {};
    }
    case "RUN":
      await succeed("/bin/sh", ["-c", value], image.folder, image.env);
      return {};
    case "USER":
      return { user: value };
    case "EXPOSE":
      return { ports: words };
    case "CMD":
      return { command: JSON.parse(value) };
    default:
      throw new Error(`Cannot carry out "${name} ${value}": unknown instruction`);
  }
}
