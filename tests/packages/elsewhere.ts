import { execFile } from "node:child_process";
import {
  copyFile,
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { onTestFinished } from "vitest";

import { ROOT, type PackedPackage } from "./pack.ts";

/** How a program ended. */
interface ProgramEnd {
  readonly code: number;
  readonly output: string;
}

/** A project outside of this workspace. */
export interface Elsewhere {
  /** Compiles its `index.ts`, all declarations of ours included. */
  compile(): Promise<ProgramEnd>;
  /** Runs what was compiled, with this environment and no other. */
  start(env: Readonly<Record<string, string>>): Promise<ProgramEnd>;
}

const TSCONFIG = {
  compilerOptions: {
    target: "es2023",
    module: "nodenext",
    moduleResolution: "nodenext",
    strict: true,
    types: ["node"],
    outDir: "out",
  },
  include: ["index.ts"],
};

/**
 * Makes an empty project with `source` as its program and the packages installed: their tarballs
 * unpacked, and beside each the third-party packages that its package.json names, in the workspace's
 * own copies. So nothing is fetched, and what a package uses without naming it is missing.
 */
export async function installElsewhere(
  packages: readonly PackedPackage[],
  source: string,
): Promise<Elsewhere> {
  const folder = await mkdtemp(join(tmpdir(), "apidot-queue-elsewhere-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const one of packages) {
    const target = join(folder, "node_modules", one.name);
    for (const file of one.files) await write(join(target, file), one.read(file));
    const home = join(ROOT, "packages", one.name.replace("@apidot-queue/", ""));
    for (const [name, version] of Object.entries(one.manifest.dependencies ?? {})) {
      if (!name.startsWith("@apidot-queue/")) await link(home, target, name, version);
    }
  }
  await link(ROOT, folder, "@types/node", null);
  await write(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  await write(join(folder, "tsconfig.json"), JSON.stringify(TSCONFIG));
  await copyFile(join(ROOT, source), join(folder, "index.ts"));
  return {
    compile: () => run(folder, [join(ROOT, "node_modules/typescript/bin/tsc")], {}),
    start: (env) => run(folder, ["out/index.js"], env),
  };
}

/** Gives `target` the package that is installed at `home`. */
async function link(
  home: string,
  target: string,
  name: string,
  version: string | null,
): Promise<void> {
  const installed = await realpath(join(home, "node_modules", name));
  const manifest = JSON.parse(await readFile(join(installed, "package.json"), "utf8")) as {
    readonly version: string;
  };
  if (version !== null && manifest.version !== version) {
    throw new Error(`${name} ${version} is asked for, ${manifest.version} is installed`);
  }
  const place = join(target, "node_modules", name);
  await mkdir(dirname(place), { recursive: true });
  await symlink(installed, place);
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

function run(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd, env }, (error, stdout, stderr) => {
      const code = typeof error?.code === "number" ? error.code : error === null ? 0 : 1;
      resolve({ code, output: stdout + stderr });
    });
  });
}
