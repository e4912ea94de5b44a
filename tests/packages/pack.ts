import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { createPackageFromTarballData, type Package } from "@arethetypeswrong/core";

/** The root folder of the repository. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** One package as its tarball has it. */
export interface PackedPackage {
  readonly name: string;
  readonly tarball: Uint8Array<ArrayBuffer>;
  /** The unpacked tarball, in memory. */
  readonly content: Package;
  /** Paths within the package, sorted. */
  readonly files: readonly string[];
  readonly manifest: PackedManifest;
  /** The text of one of {@link files}. */
  read(file: string): string;
}

/** What a packed package.json says, as far as the tests ask. */
interface PackedManifest {
  readonly private?: boolean;
  readonly license?: string;
  readonly engines?: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/**
 * Packs the producer and everything of ours that it needs, as a release would: with the pinned
 * pnpm, from what is built.
 *
 * @throws {Error} with pnpm's output
 */
export async function packProducer(): Promise<readonly PackedPackage[]> {
  const { packageManager } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as {
    readonly packageManager: string;
  };
  const folder = await mkdtemp(join(tmpdir(), "apidot-queue-pack-"));
  try {
    const args = ["--recursive", "--filter-prod", "@apidot-queue/producer..."];
    await promisify(execFile)(
      "npx",
      ["--yes", packageManager, ...args, "pack", "--pack-destination", folder],
      // The set-up has fetched this pnpm: npx need not ask for it again.
      { cwd: ROOT, env: { ...process.env, npm_config_prefer_offline: "true" } },
    );
    const names = await readdir(folder);
    return await Promise.all(names.map(async (name) => unpack(await readFile(join(folder, name)))));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function unpack(buffer: Buffer): PackedPackage {
  const tarball = new Uint8Array(buffer);
  const content = createPackageFromTarballData(tarball);
  const root = `/node_modules/${content.packageName}/`;
  const read = (file: string): string => content.readFile(`${root}${file}`);
  return {
    name: content.packageName,
    tarball,
    content,
    files: content
      .listFiles()
      .map((path) => path.slice(root.length))
      .toSorted(),
    manifest: JSON.parse(read("package.json")) as PackedManifest,
    read,
  };
}
