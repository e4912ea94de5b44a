import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { run } from "./run.mjs";
import { SetUpError } from "./set-up-error.mjs";

/** What pnpm-workspace.yaml says, which nothing can read before the install. */
export const WORKSPACE_PATTERNS = [
  "apps/*",
  "bench",
  "chaos",
  "packages/*",
  "tests/*",
  "examples/*",
];
const ROOT_FILES = ["package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml", ".npmrc"];
/** Lives where the installed packages live, so that it goes when they go. */
const STAMP = join("node_modules", ".apidot-queue-set-up");

/**
 * Whether what is installed is what the lockfile and the package.json files ask for.
 *
 * @param {string} root
 */
export function isInstalled(root) {
  const stamp = join(root, STAMP);
  if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== installDigest(root)) return false;
  return packageFiles(root).every((file) => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, file), "utf8"));
    const isBare = Object.keys({ ...dependencies, ...devDependencies }).length === 0;
    return isBare || existsSync(join(root, dirname(file), "node_modules"));
  });
}

/**
 * Installs exactly the lockfile with the pnpm that package.json pins, fetched by npx.
 *
 * @param {string} root
 * @param {(line: string) => void} say
 * @throws {SetUpError} with pnpm's output
 */
export async function install(root, say) {
  const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const { code, output } = await run(
    "npx",
    ["--yes", packageManager, "install", "--frozen-lockfile"],
    // Without CI, pnpm asks before it replaces a foreign node_modules, and nobody would answer.
    { cwd: root, env: { ...process.env, CI: "true" }, say },
  );
  if (code !== 0) throw new SetUpError(`${output}\nThe install failed (${packageManager}).`);
  writeFileSync(join(root, STAMP), installDigest(root));
}

/**
 * A digest of everything that decides what is installed.
 *
 * @param {string} root
 */
export function installDigest(root) {
  const hash = createHash("sha256").update(
    `${process.version} ${process.platform} ${process.arch}`,
  );
  for (const file of [...ROOT_FILES, ...packageFiles(root)]) {
    const path = join(root, file);
    const content = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
    hash.update(`\n${file} ${content.length}\n`).update(content);
  }
  return hash.digest("hex");
}

/**
 * @param {string} root
 * @returns {string[]} the folders of all packages but the root, relative to it, sorted
 */
export function packageFolders(root) {
  return WORKSPACE_PATTERNS.flatMap((pattern) => foldersOf(root, pattern))
    .filter((folder) => existsSync(join(root, folder, "package.json")))
    .sort((one, other) => (one < other ? -1 : 1));
}

function packageFiles(root) {
  return packageFolders(root).map((folder) => join(folder, "package.json"));
}

function foldersOf(root, pattern) {
  if (!pattern.endsWith("/*")) return [pattern];
  const parent = dirname(pattern);
  if (!existsSync(join(root, parent))) return [];
  return readdirSync(join(root, parent)).map((name) => join(parent, name));
}
