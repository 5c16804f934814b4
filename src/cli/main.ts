/** The command line: `main.ts COMMAND …`, as `npm run -s COMMAND -- …` calls it. */

import { reportError, UsageError } from "./errors";
import { reasonOf } from "./folders";

type Command = (argv: readonly string[]) => Promise<void>;

/** Loaded when called: `score` needs no tfjs, and `data` runs before anything is built. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  data: async () => (await import("./data")).data,
  net: async () => (await import("./net")).net,
  train: async () => (await import("./train")).train,
  reproduce: async () => (await import("./reproduce")).reproduce,
  ladder: async () => (await import("./ladder")).ladder,
  sweep: async () => (await import("./sweep")).sweep,
  pack: async () => (await import("./pack")).pack,
  search: async () => (await import("./search")).search,
  score: async () => (await import("./score")).score,
  import: async () => (await import("./import")).importModel,
  export: async () => (await import("./export")).exportModel,
  bench: async () => (await import("./bench")).bench,
  agree: async () => (await import("./agree")).agree,
  profile: async () => (await import("./profile")).profile,
};

guardStreams(process, (code) => process.exit(code));
try {
  const [name = "", ...argv] = process.argv.slice(2);
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!load) {
    const given = name === "" ? "There is no command" : `There is no command "${name}"`;
    throw new UsageError(`${given}. Allowed: ${Object.keys(COMMANDS).join(", ")}.`);
  }
  const command = await load();
  await command(argv);
} catch (error) {
  process.exitCode = reportError(error, (text) => process.stderr.write(text));
}

/**
 * Without a reader of stdout (`export … | head -1`) the process ends, quietly: commands write their
 * files first. Without one of stderr the work goes on, since progress is no part of it.
 */
function guardStreams({ stdout, stderr }: NodeJS.Process, exit: (code: number) => void) {
  stderr.on("error", () => {});
  stdout.on("error", (error) => {
    if ((error as NodeJS.ErrnoException).code === "EPIPE") return exit(0);
    stderr.write(`The output cannot be written (${reasonOf(error)}).\n`);
    exit(1);
  });
}
