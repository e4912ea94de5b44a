import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { isClean, report, summary } from "./report.ts";
import { type Outcome, runVariant } from "./run-variant.ts";
import { chaosSettings } from "./settings.ts";

/**
 * `npm run chaos`: every variant in turn, each on an installation of its own. Exit code 1 when a
 * promise was broken, 2 when the run itself could not be made.
 */
const settings = chaosSettings(process.env);
const minutes = settings.durationMs / 60_000;
console.log(
  `${minutes} minutes of trouble, seed ${settings.seed}: ${settings.variants.map(({ name }) => name).join("; ")}`,
);

const folder = await mkdtemp(join(tmpdir(), "apidot-queue-chaos-"));
const outcomes: Outcome[] = [];
for (const [n, variant] of settings.variants.entries()) {
  const outcome = await runVariant(variant, {
    durationMs: settings.durationMs / settings.variants.length,
    redisRestarts: settings.redisRestarts,
    seed: settings.seed + n,
    folder: join(folder, String(n + 1)),
    ...(settings.preload === null ? {} : { preload: settings.preload }),
  });
  console.log(`\n${report(outcome)}`);
  outcomes.push(outcome);
}
console.log(`\n${summary(outcomes)}`);
if (outcomes.every(isClean)) {
  await rm(folder, { recursive: true });
} else {
  console.log(`Ledger, logs and Redis are kept in ${folder}`);
  process.exitCode = 1;
}
