import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { startPrivateRedis } from "@apidot-queue/runtime";

import { readLedger } from "../judge/ledger.ts";
import { createService } from "../service.ts";
import { allCases, faultRules } from "./cases.ts";
import { runCrashPoints } from "./run-crash-points.ts";
import { listenForNotifications } from "./told.ts";

/**
 * `npm run chaos -- crash-points [C9 …]`: every crash point by SIGKILL, SIGTERM and a blocked event
 * loop, under hold without callbacks and under resubmit with them. Exit code 1 when a promise was broken.
 */
const wanted = process.argv.slice(2).filter((arg) => /^C\d+/.test(arg));
const cases = allCases().filter(({ point }) => wanted.length === 0 || wanted.includes(point.id));
console.log(`${cases.length} cases`);

const folder = await mkdtemp(join(tmpdir(), "apidot-queue-crash-"));
const redis = await startPrivateRedis({ appendfsync: "always" });
const ledgerFile = join(folder, "ledger.jsonl");
const emulator = createService({
  name: "emulator",
  app: "emulator",
  env: { EMULATOR_PORT: "0", EMULATOR_SPEED: "100", EMULATOR_LEDGER: ledgerFile },
  ready: /emulator listening at (\S+)/,
  logFile: join(folder, "emulator.log"),
});
/** What a dead gateway did not take comes again until another one does. */
const REDELIVERY = { on: "callback", kind: "redeliver", for_ms: 60_000, every_ms: 500 };
const gateway = createService({
  name: "gateway",
  app: "gateway",
  env: { REDIS_URL: redis.url, PORT: "0" },
  ready: /gateway listens at (\S+)/,
  logFile: join(folder, "gateway.log"),
});
const told = await listenForNotifications();
try {
  await emulator.start();
  const upstreamUrl = emulator.readyText();
  const answer = await fetch(`${upstreamUrl}/emulator/faults`, {
    method: "POST",
    body: JSON.stringify([...cases.flatMap(faultRules), REDELIVERY]),
  });
  if (!answer.ok) throw new Error(`the emulator refused the faults: ${await answer.text()}`);
  await gateway.start();
  const ground = { redisUrl: redis.url, upstreamUrl, publicUrl: gateway.readyText(), told };
  const results = await runCrashPoints(cases, ground, () => readLedger(ledgerFile));
  for (const { crashCase, statuses, accepted, against } of results) {
    const { point, blow, policy } = crashCase;
    const end = `${statuses.join(", ")}; ${accepted} paid`;
    console.log(
      `${against.length === 0 ? "ok    " : "BROKEN"} ${point.id.padEnd(5)} ${blow.padEnd(6)} ${policy.padEnd(9)} ${point.says.padEnd(38)} ${end}`,
    );
    for (const line of against) console.log(`         ${line}`);
  }
  const broken = results.filter(({ against }) => against.length > 0);
  console.log(`\n${results.length} cases, ${broken.length} against the promises`);
  if (broken.length > 0) process.exitCode = 1;
} finally {
  await told.stop();
  await gateway.stop();
  await emulator.stop();
  await redis.stop();
  await rm(folder, { recursive: true });
}
