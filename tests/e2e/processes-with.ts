import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { promisify } from "node:util";

/**
 * The ids of the processes whose environment holds this text. Children inherit it, also those that
 * left the process group and whose parent has ended.
 */
export async function processesWith(marker: string): Promise<number[]> {
  const entries = await readdir("/proc").catch(() => null);
  if (entries === null) return processesByPs(marker);
  const pids = entries.filter((name) => /^\d+$/.test(name)).map(Number);
  const holding = await Promise.all(
    pids.map(async (pid) => {
      // Ended meanwhile, or somebody else's.
      const environment = await readFile(`/proc/${pid}/environ`, "latin1").catch(() => "");
      return environment.includes(marker);
    }),
  );
  return pids.filter((_, index) => holding[index] === true);
}

/** Where there is no /proc: `e` shows the environment behind the command. */
async function processesByPs(marker: string): Promise<number[]> {
  const { stdout } = await promisify(execFile)("ps", ["axeww", "-o", "pid=,command="], {
    maxBuffer: 64 * 1024 * 1024,
  });
  const lines = stdout.split("\n").filter((line) => line.includes(marker));
  return lines.map((line) => Number.parseInt(line.trim(), 10));
}
