import { execFile, spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { startPrivateRedis } from "@apidot-queue/runtime";
import { expect, it, onTestFinished } from "vitest";

import { freePort } from "../../packages/runtime/src/private-redis/free-port.ts";
import { ROOT, startNode } from "./node-process.ts";

const GATEWAY = "http://127.0.0.1:8787";
const EMULATOR = "http://127.0.0.1:8788";
const run = promisify(execFile);
/** Node, npm and git are all that a machine needs to have; where curl is missing nothing runs it. */
const hasCurl = spawnSync("curl", ["--version"]).status === 0;

/** A command of the page and the lines that it shows below it. */
interface Step {
  readonly script: string;
  readonly shown: readonly string[];
}

function stepsOf(page: string): Step[] {
  const blocks = /^```sh\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?/gms;
  return [...page.matchAll(blocks)].map(([, script = "", text = ""]) => ({
    script,
    shown: text.split("\n").filter((line) => line !== ""),
  }));
}

/** Whether a printed line is the shown one: spaces may be more, and `…` is anything. */
function isShown(line: string, shown: string): boolean {
  const parts = shown.split("…").map((part) =>
    part
      .trim()
      .split(" ")
      .map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
      .join(" +"),
  );
  return new RegExp(`^\\s*${parts.join(".*")}\\s*$`).test(line);
}

it.skipIf(!hasCurl)("every command of docs/first-hour.md prints what is shown", async () => {
  const page = await readFile(join(ROOT, "docs/first-hour.md"), "utf8");
  const [, variables = ""] = /^```sh start\n(.*) npm start$/m.exec(page) ?? [];
  const redis = await startPrivateRedis();
  onTestFinished(() => redis.stop());
  const emulatorPort = await freePort();
  const standalone = startNode("apps/standalone/dist/main.js", {
    ...Object.fromEntries(variables.split(" ").map((pair) => pair.split("="))),
    REDIS_URL: redis.url,
    PORT: "0",
    EMULATOR_PORT: String(emulatorPort),
    // Nobody watches here.
    EMULATOR_SPEED: "60",
  });
  const [, gateway = "", emulator = ""] = await standalone.printed(
    /^apidot-queue listens at (\S+) and submits to the emulator at (\S+) /m,
  );
  // At the port that was asked for: the page relies on it.
  expect(emulator).toBe(`http://127.0.0.1:${emulatorPort}`);
  expect(variables).toContain(`EMULATOR_PORT=${new URL(EMULATOR).port} `);
  const steps = stepsOf(page);
  expect(steps.length).toBeGreaterThan(7);
  for (const { script, shown } of steps) {
    // Nothing of the page leaves this machine.
    for (const [address] of script.matchAll(/https?:\/\/[^/\s'"]+/g)) {
      expect([GATEWAY, EMULATOR]).toContain(address);
    }
    const { stdout, stderr } = await run(
      "sh",
      ["-c", script.replaceAll(GATEWAY, gateway).replaceAll(EMULATOR, emulator)],
      { cwd: ROOT, env: { PATH: process.env["PATH"] ?? "", APIDOT_QUEUE_URL: gateway } },
    );
    const printed = (stdout + stderr).replaceAll(emulator, EMULATOR).split("\n");
    expect(printed.join(""), script).not.toBe("");
    for (const line of shown) {
      expect(
        printed.some((one) => isShown(one, line)),
        `${script}\nshows ${line}\nand printed ${printed.join("\n")}`,
      ).toBe(true);
    }
  }
});
