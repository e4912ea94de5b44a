import { spawn } from "node:child_process";
import { stripVTControlCharacters } from "node:util";

import { ROOT } from "./paths.mjs";

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd] the repository's root unless given
 * @property {NodeJS.ProcessEnv} [env] our own unless given
 * @property {(line: string) => void} [say] hears the last line printed so far
 */

/**
 * Runs a program with no input and gathers what it prints. A program that cannot be started is a
 * program that failed: its code is 127 and its output says why.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<{ code: number, output: string }>} a program ended by a signal has the code 1
 */
export function run(program, args, { cwd = ROOT, env = process.env, say } = {}) {
  return new Promise((resolve) => {
    let output = "";
    const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        output += text;
        const line = stripVTControlCharacters(text)
          .trim()
          .split(/[\r\n]+/)
          .at(-1);
        if (line) say?.(line);
      });
    }
    child.once("error", (error) => resolve({ code: 127, output: `${output}${error.message}\n` }));
    child.once("close", (code) => resolve({ code: code ?? 1, output }));
  });
}
