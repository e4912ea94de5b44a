import { access, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { keepServer } from "./keeper.ts";
import type { KeeperOptions, KeptServer } from "./keeper.ts";

function keep(script: string, options: Partial<KeeperOptions> = {}): KeptServer {
  const kept = keepServer({ command: [process.execPath, "--eval", script], ...options });
  onTestFinished(() => kept.release());
  return kept;
}

async function temporaryFolder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "keeper-test-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

const WAITS = "setInterval(() => {}, 1_000);";

test("the pid is the server's own, and its end is the end of the keeper", async () => {
  const kept = keep(WAITS);
  process.kill(await kept.pid, "SIGKILL");
  await kept.ended();
  expect(kept.hasEnded()).toBe(true);
});

test("a server that does not heed SIGTERM is killed", async () => {
  const dir = await temporaryFolder();
  const kept = keep(`process.on("SIGTERM", () => {}); console.log("deaf"); ${WAITS}`, {
    patienceSeconds: 0.2,
    temporaryDir: dir,
  });
  await expect.poll(() => kept.output()).toContain("deaf");
  await kept.release();
  await expect(access(dir)).rejects.toMatchObject({ code: "ENOENT" });
});

test("a temporary folder stays when the server dies while its owner lives", async () => {
  const dir = await temporaryFolder();
  const kept = keep(WAITS, { temporaryDir: dir });
  process.kill(await kept.pid, "SIGKILL");
  await kept.ended();
  await access(dir);
});

test("what a server says before it fails is kept", async () => {
  const kept = keep(`console.log("out"); console.error("err"); process.exitCode = 3;`);
  await kept.ended();
  expect(kept.output()).toContain("out\n");
  expect(kept.output()).toContain("err\n");
});

test("a program that does not exist ends at once and is named", async () => {
  const kept = keepServer({ command: ["/no/such/program"] });
  await kept.ended();
  expect(kept.output()).toContain("/no/such/program");
});
