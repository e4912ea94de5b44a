import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";

import { unexplained } from "../test/fuzz/answer-judge.ts";
import { type FuzzedGateway, startFuzzedGateway } from "../test/fuzz/fuzzed-gateway.ts";
import { FUZZ_REQUESTS, type FuzzRequest } from "../test/fuzz/request-arbitrary.ts";

const COUNT = Number(process.env["FUZZ_REQUESTS"] || 50_000);
/** Of the day, so that time adds to what is tried; a failure says which. */
const SEED = Number(process.env["FUZZ_SEED"] || Math.floor(Date.now() / 864e5));
/** Requests at a time. */
const CALLERS = 16;
/** Drawn at once; each part has a seed of its own. */
const PART = 500;
/** Enough to see what is wrong. */
const MOST_FINDINGS = 10;

let gateway: FuzzedGateway;
beforeAll(async () => (gateway = await startFuzzedGateway()));
afterAll(() => gateway.stop());

it(`the document explains every answer to ${COUNT} requests around it`, async () => {
  const findings: string[] = [];
  const statuses = new Map<number, number>();
  let slowestMs = 0;

  const one = async (drawn: FuzzRequest): Promise<void> => {
    const request = gateway.resolve(drawn);
    const startedAt = performance.now();
    try {
      const answer = await gateway.send(request);
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      const what = unexplained(request, answer);
      if (what !== null)
        findings.push(`${what}\n${told(request)}\n< ${answer.status} ${answer.text.slice(0, 300)}`);
    } catch (error) {
      findings.push(`${String(error)}\n${told(request)}`);
    }
    slowestMs = Math.max(slowestMs, performance.now() - startedAt);
  };

  for (let done = 0; done < COUNT && findings.length < MOST_FINDINGS; done += PART) {
    const numRuns = Math.min(PART, COUNT - done);
    const waiting = fc.sample(FUZZ_REQUESTS, { seed: SEED * 1_000 + done / PART, numRuns });
    const caller = async (): Promise<void> => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await one(next);
    };
    await Promise.all(Array.from({ length: CALLERS }, caller));
  }
  const seen = [...statuses].toSorted(([a], [b]) => a - b).map(([status, n]) => `${status}: ${n}`);
  console.log(`FUZZ_SEED=${SEED}: ${seen.join(", ")}; the slowest took ${slowestMs.toFixed(0)} ms`);
  expect(findings, `FUZZ_SEED=${SEED} FUZZ_REQUESTS=${COUNT}`).toEqual([]);
  // That it gets behind the first check: requests of every kind are answered with what was asked for.
  for (const status of COUNT < 20_000 ? [200, 400] : EXPECTED) {
    expect(statuses.get(status) ?? 0, String(status)).toBeGreaterThan(0);
  }
}, 600_000);

const EXPECTED = [200, 202, 400, 401, 403, 404, 405, 409, 413, 415, 422];

function told({ door, way, method, target, headers, body }: FuzzRequest): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}`).join("\n");
  const text = body === null ? "" : `\n\n${body.toString("latin1").slice(0, 500)}`;
  return `> ${door} ${way} ${method} ${target.slice(0, 300)}\n${lines}${text}`;
}
