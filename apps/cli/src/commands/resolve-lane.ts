import { CliError } from "../cli-error.ts";
import type { CommandContext } from "../command-context.ts";
import type { ExitClass } from "../exit-codes.ts";
import { type Gateway, valueOf } from "../gateway/gateway.ts";
import { printable } from "../output/printable.ts";
import type { LaneDecisionFlags } from "../request/decision-flags.ts";
import { confirmPayment } from "./confirm-payment.ts";

/** What one call decides on at most: small enough to be answered in time. */
const BATCH = 250;

/**
 * Decides about all that a lane holds, a batch a call. What comes to be held meanwhile is left: else
 * something that is held again at once would be sent for ever.
 */
export async function resolveWholeLane(
  context: CommandContext,
  gateway: Gateway,
  { lane, body }: LaneDecisionFlags,
  isConfirmed: boolean,
): Promise<ExitClass> {
  const { output } = context;
  if (body.action === "resubmit" && !isConfirmed) {
    await confirmPayment(context, `what ${printable(lane)} holds may have been paid already`);
  }
  let [resolved, mayBePaid, remaining] = [0, 0, 0];
  let wanted = Infinity;
  while (resolved < wanted) {
    const limit = Math.min(BATCH, wanted - resolved);
    const answer = await gateway.resolveLane(lane, { ...body, limit });
    if (answer.kind === "failed" && answer.failure.problem?.code === "not_found") {
      throw new CliError("notFound", `the gateway works no lane ${printable(lane)}`);
    }
    if (answer.kind === "failed" && resolved > 0) {
      output.note(`${resolved} were decided on before this:`);
    }
    const done = valueOf(answer);
    resolved += done.resolved;
    mayBePaid += done.may_be_paid;
    remaining = done.remaining;
    if (wanted === Infinity) wanted = done.resolved + done.remaining;
    if (done.resolved === 0 || done.remaining === 0) break;
  }
  output.document({ lane, action: body.action, resolved, remaining, may_be_paid: mayBePaid });
  const what = body.action === "resubmit" ? "sent again" : "given up";
  output.line(`${resolved} ${what}, ${remaining} held`);
  if (mayBePaid > 0) output.note(`${mayBePaid} submits of them may have been paid already`);
  return "ok";
}
