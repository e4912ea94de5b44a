import { breakSource } from "../broken/break-source.ts";
import { type Blow, CRASH_POINTS } from "./points.ts";

/** How long a blocked event loop stands still: longer than its lock and than its send window. */
const BLOCK_MS = 4_000;

const REDIS_IS_KILLED_MS = 400;

/** Says that the line was reached; the runner waits for it. */
export const STRUCK = "struck";
/** Says that it goes on behind that line. */
const WENT_ON = "went on";

const point = CRASH_POINTS.find(({ id }) => id === process.env["CRASH_AT"]);
if (point === undefined) throw new Error("CRASH_AT: must be a crash point");
const blow = process.env["CRASH_BLOW"] as Blow;
let isStruck = false;

function strike(): void {
  if (isStruck) return;
  isStruck = true;
  process.stdout.write(`${STRUCK}\n`);
  switch (blow) {
    case "kill":
      return void process.kill(process.pid, "SIGKILL");
    case "term":
      return void process.kill(process.pid, "SIGTERM");
    case "block":
      standStill(BLOCK_MS);
      break;
    case "redis":
      // So long that Redis is gone when it goes on.
      standStill(REDIS_IS_KILLED_MS);
  }
  process.stdout.write(`${WENT_ON}\n`);
}

function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

const { afterMs, at } = point;
const crashPoint = afterMs === undefined ? strike : () => void setTimeout(strike, afterMs);
Object.assign(globalThis, {
  crashPoint,
  /** The same call, struck when its answer has come and nobody has read it. */
  crashAfter:
    (call: (...args: readonly unknown[]) => Promise<unknown>) =>
    async (...args: readonly unknown[]) => {
      const answer = await call(...args);
      strike();
      return answer;
    },
});
breakSource([{ ...at, to: at.to ?? `globalThis.crashPoint();\n${at.from}` }]);
