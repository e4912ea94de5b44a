import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

import { CACHE_DIR } from "./paths.mjs";
import { run } from "./run.mjs";
import { SetUpError } from "./set-up-error.mjs";

/** The newest Node with long-term support, which the tests run on beside the machine's own. */
export const NEWEST_LTS_VERSION = "24.21.0";

/** @param {string} version - as in `process.versions.node` */
export function majorOf(version) {
  return Number.parseInt(version, 10);
}

/**
 * The path of {@link NEWEST_LTS_VERSION}, fetched through npm the first time and kept; later it
 * needs no network.
 *
 * @param {(line: string) => void} say
 * @returns {Promise<string>}
 * @throws {SetUpError} with npm's output
 */
export async function provideNewestNode(say) {
  const dir = join(CACHE_DIR, `node-${NEWEST_LTS_VERSION}`);
  const node = join(dir, "node_modules", archPackage(), "bin", "node");
  if (existsSync(node)) return node;
  const workshop = `${dir}.${process.pid}`;
  try {
    await fetchNode(workshop, say);
    // Another run may have been faster: its Node is as good as ours, and may be in use.
    if (existsSync(node)) return node;
    removeOlder();
    renameSync(workshop, dir);
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
  return node;
}

/** @returns the folder of a node's own programs, to stand first on the PATH of what it starts. */
export function withNodeFirst(node, env = process.env) {
  return { ...env, PATH: `${dirname(node)}:${env.PATH ?? ""}` };
}

function removeOlder() {
  for (const name of readdirSync(CACHE_DIR)) {
    if (/^node-\d+\.\d+\.\d+$/.test(name)) rmSync(join(CACHE_DIR, name), { recursive: true });
  }
}

async function fetchNode(dir, say) {
  mkdirSync(dir, { recursive: true });
  const wanted = `${archPackage()}@${NEWEST_LTS_VERSION}`;
  const { code, output } = await run(
    "npm",
    ["install", "--prefix", dir, "--no-save", "--ignore-scripts", wanted],
    { cwd: dir, say },
  );
  if (code !== 0) throw new SetUpError(`${output}\nnpm could not fetch ${wanted}.`);
  const program = join(dir, "node_modules", archPackage(), "bin", "node");
  const version = await run(program, ["--version"]);
  if (version.output.trim() === `v${NEWEST_LTS_VERSION}`) return;
  throw new SetUpError(`${version.output}\n${wanted} does not run on this machine.`);
}

/** The package that npm's `node` installs on this platform with a script; taken without the script. */
function archPackage() {
  const { platform, arch } = process;
  const prefix = platform === "darwin" && arch === "arm64" ? "node-bin" : "node";
  return `${prefix}-${platform}-${arch}`;
}
