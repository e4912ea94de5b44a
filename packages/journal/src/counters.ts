import { STATUSES, type Status } from "@apidot-queue/core";

import { evictionPolicyOf } from "./eviction.ts";
import { toJournalError } from "./journal-error.ts";
import type { LaneAccess } from "./lane-access.ts";

/** One fleet-wide figure of a lane. The counters rise in the script that makes the change. */
export interface LaneFigure {
  readonly metric: "enqueued" | "settled" | "credits" | "generations" | "laneOpen" | "mayEvict";
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const IN_FLIGHT = ["queued", "submitting", "unconfirmed", "held", "running"] as const;

/** @returns the counters and the number of generations by status. @throws {JournalError} */
export async function readFigures(access: LaneAccess): Promise<LaneFigure[]> {
  const { lane, prefix } = access;
  const pipeline = access.redis.pipeline().hgetall(`${prefix}:n`);
  for (const status of IN_FLIGHT) pipeline.zcard(`${prefix}:x:${status}`);
  pipeline.hexists(`${prefix}:lane`, "h").info("memory");
  let answers;
  try {
    answers = ((await pipeline.exec()) ?? []).map(([error, value]) => {
      if (error !== null) throw error;
      return value;
    });
  } catch (error) {
    throw toJournalError(error);
  }
  const counters = answers[0] as Record<string, string>;
  const byStatus = new Map<Status, number>(STATUSES.map((status) => [status, 0]));
  for (const [index, status] of IN_FLIGHT.entries())
    byStatus.set(status, Number(answers[index + 1]));

  const isHalted = answers[IN_FLIGHT.length + 1] === 1;
  const figures: LaneFigure[] = [{ metric: "laneOpen", labels: { lane }, value: isHalted ? 0 : 1 }];
  const policy = evictionPolicyOf(String(answers[IN_FLIGHT.length + 2]));
  if (policy !== null) {
    const value = policy === "noeviction" ? 0 : 1;
    figures.push({ metric: "mayEvict", labels: { lane }, value });
  }
  for (const [name, text] of Object.entries(counters)) {
    const value = Number(text);
    const [metric = "", ...rest] = name.split("|");
    if (metric === "status") byStatus.set(rest[0] as Status, value);
    if (metric === "enqueued" || metric === "credits") {
      figures.push({ metric, labels: { lane, model: rest.join("|") }, value });
    }
    if (metric === "settled") {
      const reason = rest.pop() ?? "";
      const status = rest.pop() ?? "";
      figures.push({ metric, labels: { lane, model: rest.join("|"), status, reason }, value });
    }
  }
  for (const [status, value] of byStatus) {
    figures.push({ metric: "generations", labels: { lane, status }, value });
  }
  return figures;
}
