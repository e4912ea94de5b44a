import { isLoopbackHost } from "@apidot-queue/runtime";
import { z } from "zod";

import type { CallOutcome } from "../gateway/call.ts";
import { failureOf } from "../gateway/failure.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { printable } from "../output/printable.ts";
import { type Finding, findingsOf } from "./finding.ts";

const readinessSchema = z.looseObject({ status: z.string(), reasons: z.array(z.string()) });

const START_IT = "start it (apidot-queue up, or npm start), or set APIDOT_QUEUE_URL";

/** Whether the gateway answers and wants requests. */
export async function checkGateway(
  gateway: Gateway,
  hasToken: boolean,
): Promise<readonly Finding[]> {
  const { ok, warn } = findingsOf("gateway");
  const finding = readinessOf(await gateway.readiness(), gateway.url);
  const { protocol, hostname } = new URL(gateway.url);
  const isClear = protocol === "http:" && !isLoopbackHost(hostname.replace(/^\[(.*)\]$/, "$1"));
  if (!hasToken) return [finding];
  if (isClear) {
    const message = `the token goes to ${printable(gateway.url)} unencrypted`;
    return [finding, warn(message, "use an https:// address")];
  }
  return [finding, ok("a token is set; it is not shown")];
}

function readinessOf(outcome: CallOutcome, url: string): Finding {
  const { ok, fail } = findingsOf("gateway");
  if (outcome.kind === "aborted") return fail(`${url} was not asked`);
  const read = readinessSchema.safeParse(outcome.kind === "answered" ? outcome.body : null);
  if (!read.success) return fail(printable(failureOf(outcome, url, "read").message), START_IT);
  if (read.data.status === "ready") return ok(`${url} is ready`);
  const reasons = read.data.reasons.map(printable).join(", ");
  const advice = read.data.reasons.includes("redis")
    ? "its Redis does not answer: see the gateway's log"
    : "wait a moment and look again";
  return fail(`${url} is not ready (${reasons})`, advice);
}
