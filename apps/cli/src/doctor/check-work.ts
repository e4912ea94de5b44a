import { listLanes, openJournal } from "@apidot-queue/journal";
import type { RedisConnection } from "@apidot-queue/runtime";

import { printable } from "../output/printable.ts";
import { type Finding, findingsOf } from "./finding.ts";

/** Statuses in which somebody or something still has to act, in the order of the lifecycle. */
const OPEN = ["queued", "submitting", "unconfirmed", "held", "running"] as const;

/** The lanes and their open work, and whether anybody works it. */
export async function checkWork(redis: RedisConnection): Promise<readonly Finding[]> {
  const lanes = await listLanes(redis);
  const { ok } = findingsOf("lanes");
  const perLane = await Promise.all(lanes.toSorted().map((lane) => checkLane(redis, lane)));
  const findings = lanes.length === 0 ? [ok("none yet: nothing was ever enqueued")] : perLane;
  return [...findings, ...(await checkWorkers(redis))];
}

async function checkLane(redis: RedisConnection, lane: string): Promise<Finding> {
  const { ok, warn } = findingsOf("lanes");
  const figures = await openJournal(redis, lane).figures();
  const counts = new Map(
    figures
      .filter(({ metric }) => metric === "generations")
      .map(({ labels, value }) => [labels["status"] ?? "", value]),
  );
  const open = OPEN.flatMap((status) => {
    const count = counts.get(status) ?? 0;
    return count === 0 ? [] : [`${count} ${status}`];
  });
  const text = `${printable(lane)}: ${open.length === 0 ? "nothing open" : open.join(", ")}`;
  if ((counts.get("held") ?? 0) === 0) return ok(text);
  return warn(text, "a person must decide about the held ones: apidot-queue list --status held");
}

/** What each process that works names its connection. */
const ROLES = {
  submits: ["submit-worker", "standalone"],
  polls: ["status-worker", "standalone"],
} as const;

/** Every process of ours names its connection; the server lists them, where it is allowed to. */
async function checkWorkers(redis: RedisConnection): Promise<readonly Finding[]> {
  const { ok, warn } = findingsOf("workers");
  const names = await connectionNames(redis);
  if (names === null) return [];
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const there = [...new Set(Object.values(ROLES).flat())].filter((name) => counts.has(name));
  const missing = Object.entries(ROLES).filter(([, roles]) => !roles.some((r) => counts.has(r)));
  if (missing.length === 0) return [ok(`connected to this Redis: ${there.join(", ")}`)];
  return missing.map(([work, [role]]) =>
    warn(`nobody ${work}: no ${role} is connected to this Redis`, `start a ${role}`),
  );
}

/** Null where it cannot be told: a cluster has a list for each node, and some services forbid it. */
async function connectionNames(redis: RedisConnection): Promise<readonly string[] | null> {
  if (redis.isCluster) return null;
  try {
    const list = String(await redis.call("CLIENT", "LIST"));
    return [...list.matchAll(/\bname=(\S+)/g)].map(([, name = ""]) => name);
  } catch (error) {
    if (error instanceof Error && error.name === "ReplyError") return null;
    throw error;
  }
}
