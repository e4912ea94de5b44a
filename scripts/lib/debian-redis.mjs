import { accessSync, constants, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { renameSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

import { PrivateApt } from "./private-apt.mjs";
import { run } from "./run.mjs";

/**
 * Packages that hold a server, newest kind first. The `-tools` packages are enough: their
 * `…-check-rdb` is the server's own program, and it serves when it is called by the server's name.
 */
const SERVERS = [
  { tools: "valkey-tools", program: "valkey-check-rdb" },
  { tools: "redis-tools", program: "redis-check-rdb" },
];

/** What the server needs and a small image lacks. Names that a release does not know are skipped. */
const LIBRARIES = ["libjemalloc2", "liblzf1", "libatomic1"];

/** Whether the distribution's packages can be had: apt and dpkg are there. */
export function isDebianLike() {
  return ["apt-get", "dpkg"].every((name) =>
    (process.env.PATH ?? "").split(delimiter).some((folder) => isExecutable(join(folder, name))),
  );
}

/**
 * Unpacks the distribution's Redis or Valkey below `dir`, with `dir/bin/redis-server` to call.
 * Needs no root, and changes nothing on the system: apt works on its own state, and nothing is
 * installed.
 *
 * @param {string} dir - replaced as a whole, once the new server has shown that it runs
 * @param {(line: string) => void} say
 * @param {string} [statusFile] - which packages the system has
 * @param {string | null} [sources] - lines of apt's sources in place of the system's own
 * @returns {Promise<string | null>} what went wrong, or null
 */
export async function unpackDebianRedis(
  dir,
  say,
  statusFile = "/var/lib/dpkg/status",
  sources = null,
) {
  const workshop = `${dir}.${process.pid}`;
  try {
    const apt = new PrivateApt(join(workshop, "apt"), statusFile, say, sources);
    const troubles = [await apt.update()];
    for (const server of SERVERS) {
      const made = join(workshop, server.tools);
      const trouble = await unpackServer(apt, server, made);
      if (trouble === null) {
        replace(dir, made);
        return null;
      }
      troubles.push(trouble);
    }
    return troubles.filter((trouble) => trouble !== "").join("\n");
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}

async function unpackServer(apt, { tools, program }, dir) {
  const packages = join(dir, "packages");
  mkdirSync(packages, { recursive: true });
  const trouble = await apt.download(packages, [tools]);
  if (trouble !== "") return trouble;
  // One by one: apt downloads nothing at all when it does not know one of the names.
  for (const library of LIBRARIES) await apt.download(packages, [library]);
  await unpack(packages, dir);
  writeLauncher(dir, program);
  if ((await tryServer(dir)).code === 0) return finish(dir, packages);

  // A very small image lacks more than the usual: let apt work out what.
  const missing = await apt.downloadMissing(packages, tools);
  await unpack(packages, dir);
  writeLauncher(dir, program);
  const { code, output } = await tryServer(dir);
  return code === 0 ? finish(dir, packages) : `${missing}${output}`;
}

function finish(dir, packages) {
  rmSync(packages, { recursive: true, force: true });
  return null;
}

async function unpack(packages, dir) {
  for (const name of readdirSync(packages)) {
    if (name.endsWith(".deb")) await run("dpkg", ["-x", join(packages, name), join(dir, "root")]);
  }
}

function tryServer(dir) {
  return run(join(dir, "bin", "redis-server"), ["--version"]);
}

/** The launcher finds everything relative to itself, so that the whole tree may be moved. */
function writeLauncher(dir, program) {
  const folders = libraryFolders(join(dir, "root")).map((folder) => `$here/root/${folder}`);
  rmSync(join(dir, "server"), { recursive: true, force: true });
  mkdirSync(join(dir, "server"), { recursive: true });
  mkdirSync(join(dir, "bin"), { recursive: true });
  symlinkSync(join("..", "root", "usr", "bin", program), join(dir, "server", "redis-server"));
  const script = `#!/bin/sh
# Made by the set-up. The program decides by the name it is called by whether to serve.
here=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd) || exit 1
LD_LIBRARY_PATH="${folders.join(":")}\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
export LD_LIBRARY_PATH
exec "$here/server/redis-server" "$@"
`;
  writeFileSync(join(dir, "bin", "redis-server"), script, { mode: 0o755 });
}

function libraryFolders(root) {
  const found = new Set();
  for (const entry of readdirSync(root, { recursive: true })) {
    if (/\.so(\.\d+)*$/.test(entry)) found.add(dirname(entry));
  }
  return [...found];
}

/** Another set-up may have been faster: its server is as good as ours. */
function replace(dir, made) {
  rmSync(dir, { recursive: true, force: true });
  try {
    renameSync(made, dir);
  } catch (error) {
    if (!existsSync(join(dir, "bin", "redis-server"))) throw error;
  }
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
