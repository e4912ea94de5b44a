import { newGenerationId, ulidOf } from "@apidot-queue/core";
import type { Journal, NewGeneration } from "@apidot-queue/journal";
import { startStatusWorker } from "@apidot-queue/status-worker";

import { type Bench, benchRequest, type RunningPolls, runningTaskId } from "../workload.ts";
import { LANE, openInstallation, RULES } from "./installation.ts";

const BATCH = 500;
const RUNNING_KEY = `{aq.${LANE}}:x:running`;

/** Running generations, each polled for a task that does not end. */
export function openRunningGenerations(bench: Bench, everyMs: number): RunningPolls {
  const { context, journal, redis, openUpstream } = openInstallation(bench);
  let stop = async (): Promise<void> => undefined;
  return {
    fill: async (count) => {
      for (let from = 0; from < count; from += BATCH) {
        await startSome(journal, from, Math.min(BATCH, count - from));
      }
    },
    schedule: async (dueAtOf) => {
      const ulids = await redis.zrange(RUNNING_KEY, 0, "-1");
      for (let from = 0; from < ulids.length; from += BATCH) {
        const scores = ulids
          .slice(from, from + BATCH)
          .flatMap((ulid, index) => [String(dueAtOf(from + index)), ulid]);
        await redis.zadd(RUNNING_KEY, ...scores);
      }
    },
    start: (onPolled) => {
      const schedule = { baseMs: everyMs, factor: 1, capMs: everyMs, minMs: everyMs };
      const observed: Journal = {
        ...journal,
        snoozePoll: (poll, delayMs, facts) => {
          onPolled(poll.dueAt);
          return journal.snoozePoll(poll, delayMs, facts);
        },
      };
      const worker = startStatusWorker({
        context,
        lane: { journal: observed, upstream: openUpstream(), schedule, rescue: RULES },
        concurrency: bench.concurrency,
      });
      stop = () => worker.stop();
    },
    stop: async () => {
      await stop();
      redis.disconnect();
    },
  };
}

/** Takes generations all the way to running, without a submit worker. */
async function startSome(journal: Journal, from: number, count: number): Promise<void> {
  const batch = Array.from({ length: count }, newGeneration);
  await journal.enqueue(batch);
  await Promise.all(
    batch.map(async ({ id }, index) => {
      const begun = await journal.begin(id, "0a1b2c3d", {
        sendWithinMs: 2_000,
        answerWithinMs: 50_000,
        submitDeadlineMs: RULES.submitDeadlineMs,
        policy: RULES.ambiguity,
      });
      if (begun.kind !== "begun") throw new Error(`${ulidOf(id)} did not begin`);
      const times = { deadlineMs: RULES.generationDeadlineMs, firstPollMs: 3_600_000 };
      await journal.accept(begun.attempt, runningTaskId(from + index), times);
    }),
  );
}

function newGeneration(): NewGeneration {
  return {
    id: newGenerationId(LANE, Date.now()),
    ...benchRequest(),
    priority: "normal",
    estimate: null,
    deadlineMs: null,
    options: {
      tenant: "default",
      userId: null,
      metadata: null,
      notifyUrl: null,
      idempotencyKey: null,
    },
  };
}
