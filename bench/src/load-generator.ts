import { Pool } from "undici";

import { percentile } from "./measure/median.ts";
import type { LoadOrder, LoadFigures } from "./measure/http-load.ts";
import { benchRequest } from "./workload.ts";

/**
 * Callers of a gateway, in a process of their own: `load-generator.js <order>`. Each sends its next
 * request when the one before is answered.
 */
const { url, count, callers, status } = JSON.parse(process.argv[2] ?? "") as LoadOrder;
const body = JSON.stringify(benchRequest());
const pool = new Pool(url, { connections: callers });
const durationsMs: number[] = [];
let sent = 0;

async function caller(): Promise<void> {
  while (sent < count) {
    sent += 1;
    const startedAt = performance.now();
    const answer = await pool.request({
      method: "POST",
      path: "/v1/generations",
      headers: { "content-type": "application/json" },
      body,
    });
    const text = await answer.body.text();
    durationsMs.push(performance.now() - startedAt);
    if (answer.statusCode !== status) throw new Error(`${answer.statusCode} ${text}`);
  }
}

const startedAt = performance.now();
await Promise.all(Array.from({ length: callers }, caller));
const seconds = (performance.now() - startedAt) / 1_000;
const figures: LoadFigures = {
  perSecond: count / seconds,
  p50Ms: percentile(durationsMs, 0.5),
  p99Ms: percentile(durationsMs, 0.99),
  maxMs: percentile(durationsMs, 1),
};
await pool.close();
process.send?.(figures, () => process.disconnect());
