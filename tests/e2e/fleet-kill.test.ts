import { expect, it } from "vitest";

import { fleetItems } from "./fleet-items.ts";
import { drain, type Ground, layGround } from "./fleet.ts";
import { type ServiceProcess, startWorker } from "./processes.ts";

const KILLED = { code: null, signal: "SIGKILL" };

/** A worker's hint is handed on after 10 to 17 s, its poll after 15 s: a fleet must not need more. */
const TAKEN_OVER_WITHIN_MS = 20_000;

it("a status worker killed mid-poll: another polls its generation within 20 s, and settles it", async () => {
  const { emulator, installation, producer, redisTime, waitForAll, balanced } = await layGround({
    emulator: { EMULATOR_SPEED: "600" },
    // The poll must hang until the kill: only that ends it.
    env: { REQUEST_TIMEOUT_MS: "60000" },
  });
  await emulator.setFaults([{ on: "status", kind: "hang_before", times: 1 }]);
  const polled = async (): Promise<number> => (await emulator.faultCounts())[0]?.matched ?? 0;
  const [submit, victim] = await Promise.all([
    startWorker("submit-worker", installation),
    startWorker("status-worker", installation, "status-worker 1"),
  ]);
  const { id } = await producer.enqueue({
    model: "veo3.1-lite",
    input: { prompt: "a lamp goes out and another is lit" },
  });
  await expect.poll(polled, { timeout: 20_000 }).toBe(1);

  const survivor = await startWorker("status-worker", installation, "status-worker 2");
  const killedAt = await redisTime();
  expect(await victim.end("SIGKILL")).toEqual(KILLED);
  // It was the hanging poll that was cut off: nobody has asked since.
  expect(await polled()).toBe(1);
  const [record] = await waitForAll([id]);

  expect(record).toMatchObject({ status: "succeeded", attempts: 1 });
  expect(await polled()).toBeGreaterThan(1);
  // Both by the clock of Redis.
  const takenMs = (record?.settledAt?.getTime() ?? Number.NaN) - killedAt;
  expect(takenMs).toBeLessThan(TAKEN_OVER_WITHIN_MS);
  await balanced([id]);
  await drain([submit, survivor, emulator]);
});

/** As many as one submit worker has in hand by default. */
const IN_HAND = 16;
const COUNT = 40;

/** One submit worker is killed with its hands full: half of its submits were accepted, half not. */
async function killWithHandsFull(policy: "hold" | "resubmit"): Promise<{
  readonly ground: Ground;
  readonly ids: readonly string[];
  readonly services: readonly ServiceProcess[];
}> {
  const ground = await layGround({
    env: { AMBIGUOUS_SUBMIT: policy, REQUEST_TIMEOUT_MS: "6000" },
  });
  const { emulator, installation, producer } = ground;
  await emulator.setFaults([
    { on: "submit", kind: "hang_after", times: IN_HAND / 2 },
    { on: "submit", kind: "hang_before", times: IN_HAND / 2 },
  ]);
  const victim = await startWorker("submit-worker", installation, `${policy} submit-worker 1`);
  const ids = (await producer.enqueueMany(fleetItems(COUNT).items)).map(({ id }) => id);
  await expect.poll(() => ground.countOf("submit"), { timeout: 20_000 }).toBe(IN_HAND);
  expect(await victim.end("SIGKILL")).toEqual(KILLED);

  const services = await Promise.all([
    startWorker("submit-worker", installation, `${policy} submit-worker 2`),
    startWorker("status-worker", installation, `${policy} status-worker`),
  ]);
  return { ground, ids, services };
}

/** How many of them are meant. */
function count<T>(rows: readonly T[], isMeant: (row: T) => boolean): number {
  return rows.filter(isMeant).length;
}

/** All are done, and each payment that may be a second one is admitted. */
async function killUnderResubmit(): Promise<void> {
  const { ground, ids, services } = await killWithHandsFull("resubmit");
  const records = await ground.waitForAll(ids);
  for (const record of records) expect(record.status).toBe("succeeded");
  const rows = await ground.balanced(ids);
  expect(count(rows, ({ attempts }) => attempts === 1)).toBe(COUNT - IN_HAND);
  expect(count(rows, ({ attempts }) => attempts === 2)).toBe(IN_HAND);
  // Nobody could tell the accepted ones from the others, so both kinds are admitted.
  expect(count(rows, ({ unresolved }) => unresolved === 1)).toBe(IN_HAND);
  expect(count(rows, ({ accepted }) => accepted.length === 2)).toBe(IN_HAND / 2);
  expect(await ground.countOf("submit")).toBe(COUNT + IN_HAND);
  await drain([...services, ground.emulator]);
}

/** A person is asked about each of the sixteen, and nothing is paid twice. */
async function killUnderHold(): Promise<void> {
  const { ground, ids, services } = await killWithHandsFull("hold");
  const records = await ground.waitForAll(ids);
  expect(count(records, ({ status }) => status === "held")).toBe(IN_HAND);
  expect(count(records, ({ status }) => status === "succeeded")).toBe(COUNT - IN_HAND);
  const rows = await ground.balanced(ids);
  for (const row of rows) {
    expect(row.attempts, row.id).toBe(1);
    expect(row.submits, row.id).toBe(1);
    expect(row.accepted.length, row.id).toBeLessThanOrEqual(1);
  }
  const held = rows.filter(({ status }) => status === "held");
  expect(count(held, ({ accepted }) => accepted.length === 1)).toBe(IN_HAND / 2);
  expect(await ground.countOf("submit")).toBe(COUNT);
  await drain([...services, ground.emulator]);
}

// Both wait for the rescuer most of the time, so they wait together.
it("a submit worker killed with 16 in hand: all end settled or held, under either policy", async () => {
  await Promise.all([killUnderResubmit(), killUnderHold()]);
});
