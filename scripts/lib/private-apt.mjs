import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { run } from "./run.mjs";

/**
 * The system's hooks around an update remove and refresh files elsewhere; ours must leave no trace.
 * A command line cannot clear a list, a configuration file can.
 */
const NO_HOOKS = `#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Pre-Invoke;
#clear DPkg::Post-Invoke;
#clear DPkg::Pre-Install-Pkgs;
`;

/** The system's apt with its sources and keys, on lists and caches in a folder of our own. */
export class PrivateApt {
  #dir;
  #options;
  #say;

  /**
   * @param {string} dir - made here; remove it when done
   * @param {string} statusFile - which packages the system has; only read
   * @param {(line: string) => void} say
   * @param {string | null} sources - lines in place of the system's own
   */
  constructor(dir, statusFile, say, sources = null) {
    this.#dir = dir;
    this.#say = say;
    const configuration = join(dir, "no-hooks.conf");
    for (const folder of ["state/lists/partial", "cache/archives/partial"]) {
      mkdirSync(join(dir, folder), { recursive: true });
    }
    writeFileSync(configuration, NO_HOOKS);
    const settings = {
      "Dir::State": join(dir, "state"),
      "Dir::State::Lists": join(dir, "state", "lists"),
      "Dir::State::status": statusFile,
      "Dir::Cache": join(dir, "cache"),
      "Dir::Cache::archives": join(dir, "cache", "archives"),
      // As root, apt would download as another user, who cannot write here.
      "APT::Sandbox::User": "",
      "Acquire::Retries": "2",
      "Acquire::http::Timeout": "20",
      "Acquire::https::Timeout": "20",
      "Acquire::Languages": "none",
    };
    if (sources !== null) {
      writeFileSync(join(dir, "sources.list"), `${sources}\n`);
      settings["Dir::Etc::sourcelist"] = join(dir, "sources.list");
      settings["Dir::Etc::sourceparts"] = "/dev/null";
    }
    this.#options = ["-c", configuration].concat(
      Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]),
    );
  }

  /**
   * Fetches the lists. A source out of reach is only a warning to apt, and of interest only when a
   * package is then not found.
   *
   * @returns {Promise<string>} errors and warnings, or an empty string
   */
  async update() {
    const { output } = await this.#run(["update"], this.#dir);
    return (output.match(/^[EW]: .*$/gm) ?? []).join("\n");
  }

  /**
   * @param {string} folder - where the package files go
   * @param {readonly string[]} names
   * @returns {Promise<string>} what went wrong, or an empty string
   */
  async download(folder, names) {
    return trouble(await this.#run(["download", ...names], folder));
  }

  /**
   * Downloads every package that the named one needs and the system lacks, itself included.
   *
   * @param {string} folder
   * @param {string} name
   * @returns {Promise<string>} what went wrong, or an empty string
   */
  async downloadMissing(folder, name) {
    const result = await this.#run(
      // Nothing is installed, so the system's lock, which is root's, is not needed.
      [
        "install",
        "--download-only",
        "--no-install-recommends",
        "-y",
        "-oDebug::NoLocking=true",
        name,
      ],
      this.#dir,
    );
    const archives = join(this.#dir, "cache", "archives");
    for (const file of readdirSync(archives)) {
      if (file.endsWith(".deb")) copyFileSync(join(archives, file), join(folder, file));
    }
    return trouble(result);
  }

  #run(command, cwd) {
    const env = { ...process.env, LC_ALL: "C", DEBIAN_FRONTEND: "noninteractive" };
    return run("apt-get", [...this.#options, ...command], { cwd, env, say: this.#say });
  }
}

function trouble({ code, output }) {
  return code === 0 ? "" : output.trim();
}
