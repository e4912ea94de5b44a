import { type CallbackKeys, type CallbackSubject, readCallbackToken } from "@apidot-queue/callback";
import type { NotedCallback } from "@apidot-queue/journal";
import type { CallbackOutcome, Logger } from "@apidot-queue/runtime";
import type { Context } from "hono";

import type { GatewayEnv } from "../gateway-env.ts";
import { problem } from "../problem.ts";
import { readCallbackTaskId } from "./callback-body.ts";

/** What a stored callback brought about. */
type StoredCallback = Exclude<NotedCallback, "full">;

/** What callbacks are taken with. */
export interface CallbackParts {
  readonly keys: CallbackKeys;
  /**
   * Stores that an attempt's task has something to tell. Everything that the upstream needs to hear
   * a 2xx for is stored when it resolves.
   */
  readonly note: (subject: CallbackSubject, taskId: string) => Promise<StoredCallback>;
  readonly count: (outcome: CallbackOutcome) => void;
  readonly logger: Logger;
}

/**
 * Answers one delivery. The token is checked before anything is read or asked, so that a forged one
 * costs a signature and no more, and learns nothing: whatever is wrong, it is a path that is not
 * there. A genuine one is stored, then told so; the upstream may forget it from then on.
 */
export async function receiveCallback(
  c: Context<GatewayEnv>,
  { keys, note, count, logger }: CallbackParts,
): Promise<Response> {
  const subject = readCallbackToken(c.req.param("token") ?? "", keys, Date.now());
  if (subject === null) {
    count("refused");
    return problem("not_found");
  }
  const { id, attempt } = subject;
  c.set("generationId", id);
  const taskId = await readCallbackTaskId(c.req.raw);
  if (taskId === null) {
    // Told again, it would say no more.
    logger.warn({ generationId: id, attempt }, "callback without a task id");
    count("unreadable");
    return received(c);
  }
  let noted: StoredCallback;
  try {
    noted = await note(subject, taskId);
  } catch (error) {
    // The upstream sends it again.
    logger.warn({ generationId: id, attempt, error }, "callback not stored");
    count("unavailable");
    return problem("unavailable");
  }
  count(noted);
  return noted === "unknown" ? problem("not_found") : received(c);
}

function received(c: Context<GatewayEnv>): Response {
  return c.json({ received: true });
}
