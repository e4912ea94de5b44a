import { readFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";

import { exitCodeOf } from "./exit-codes.ts";
import type { Surroundings, TextOutput } from "./surroundings.ts";

/** @returns the real process, for `main.ts` alone. */
export function processSurroundings(): Surroundings {
  return {
    stdout: quietAtTheEnd(process.stdout),
    stderr: quietAtTheEnd(process.stderr),
    env: process.env,
    readFile: (path) => readFileSync(path, "utf8"),
    readStdin: () => text(process.stdin),
    ask: askAtTerminal,
    fetch,
    now: () => performance.now(),
    time: () => Date.now(),
    pause: (ms, signal) =>
      delay(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined),
    signals: process,
    exit: (code) => process.exit(code),
  };
}

/** The question goes to the error output: the standard output is for results. */
async function askAtTerminal(question: string): Promise<string | null> {
  const { stdin: input, stderr: output } = process;
  if (!input.isTTY || !output.isTTY) return null;
  const reader = createInterface({ input, output });
  const ended = new Promise<null>((resolve) => reader.once("close", () => resolve(null)));
  try {
    return await Promise.race([reader.question(question), ended]);
  } finally {
    reader.close();
  }
}

/**
 * A reader that has read enough, such as `head`, closes the pipe: that is no error of ours. The
 * listener comes with the first text, so that a service that runs in this process, which has its
 * own rules, never gets it.
 */
function quietAtTheEnd(stream: NodeJS.WriteStream): TextOutput {
  let isGuarded = false;
  return {
    write: (chunk) => {
      if (!isGuarded) {
        isGuarded = true;
        stream.on("error", (error: NodeJS.ErrnoException) => {
          if (error.code !== "EPIPE") throw error;
          // A program that is at its end anyway keeps its own code; one that goes on stops here.
          if (stream === process.stdout) {
            setImmediate(() => process.exit(process.exitCode ?? exitCodeOf("ok")));
          }
        });
      }
      return stream.write(chunk);
    },
    get isTTY() {
      return stream.isTTY;
    },
    get columns() {
      return stream.columns;
    },
  };
}
