import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { expect, onTestFinished } from "vitest";

import { ROOT } from "./node-process.ts";

/** Where the pages say that the gateway is. */
const GATEWAY = "http://127.0.0.1:8787";

/** Node, npm and git are all that a machine needs to have; where curl is missing nothing runs it. */
export const hasCurl = spawnSync("curl", ["--version"]).status === 0;

const run = promisify(execFile);

/** The one fenced block of a page that holds a text. @throws {Error} when there is none, or several */
export async function blockWith(page: string, language: string, text: string): Promise<string> {
  const fenced = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms");
  const blocks = (await readFile(join(ROOT, page), "utf8")).matchAll(fenced);
  const found = [...blocks].map(([, block = ""]) => block).filter((block) => block.includes(text));
  const [block] = found;
  if (block === undefined || found.length > 1) {
    throw new Error(`${page} has ${found.length} ${language} blocks with ${text}`);
  }
  return block;
}

/** What a shell command of a page came to. */
interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs shell commands of a page as they stand there, in the repository's root, but with the
 * gateway of this test. curl reads no settings of this machine.
 */
export async function runDocumented(
  script: string,
  { gateway = GATEWAY }: { readonly gateway?: string },
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const here = script.replaceAll(GATEWAY, gateway);
  // Nothing of a page leaves this machine.
  for (const [, host] of here.matchAll(/https?:\/\/([^/:\s'"]+)/g)) {
    expect(host).toMatch(/^127\.0\.0\.1$/);
  }
  const home = await mkdtemp(join(tmpdir(), "apidot-queue-docs-"));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  await writeFile(join(home, ".curlrc"), "max-time = 30\n");
  const own = { PATH: process.env["PATH"] ?? "", CURL_HOME: home, HOME: home };
  const options = { cwd: ROOT, env: { ...own, ...env } };
  return run("sh", ["-eu", "-c", here], options).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { readonly code: number; readonly stdout: string; readonly stderr: string }) => error,
  );
}
