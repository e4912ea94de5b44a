import { Option } from "commander";

import {
  type AddCommand,
  type CommandContext,
  connectGateway,
  examples,
  JSON_FLAG,
  URL_FLAG,
} from "../command-context.ts";
import type { ExitClass } from "../exit-codes.ts";
import { type Gateway, valueOf } from "../gateway/gateway.ts";
import { requireId } from "../gateway/generation-id.ts";
import { printable } from "../output/printable.ts";
import { type ReadDecision, readDecision, type ResolveFlags } from "../request/decision-flags.ts";
import { resolveWholeLane } from "./resolve-lane.ts";
import { confirmPayment } from "./confirm-payment.ts";

/** `resolve <id> <action>` and `resolve --lane <lane> --all <action>` */
export const addResolve: AddCommand = (program, start) => {
  program
    .command("resolve")
    .argument("[id]", "the held generation; left out with --lane")
    .argument("[action]", "attach, resubmit or abandon")
    .description("decide about held generations: follow a task, send again or give up")
    .addOption(new Option("--reason <text>", "why; kept with the generation (required)"))
    .option("--task-id <id>", "with attach: the task that is followed")
    .option("--attempt <number>", "with attach: the unresolved attempt that made the task")
    .option("--lane <lane>", "with --all: decide about all that this lane holds")
    .option("--all", "with --lane: yes, all of them")
    .option("--yes", "send again without a question, although it may be paid again")
    .option(...URL_FLAG)
    .option(...JSON_FLAG)
    .addHelpText(
      "after",
      examples(
        'resolve default_01kat5k3v8q2x7m4n9p0r1s2t3 attach --task-id task-unified-1795165201-uyujaw3d --reason "found upstream"',
        'resolve default_01kat5k3v8q2x7m4n9p0r1s2t3 resubmit --reason "no such task upstream" --yes',
        'resolve --lane default --all abandon --reason "nobody waits for them"',
      ),
    )
    .action((first: string | undefined, second: string | undefined, flags: ResolveFlags) =>
      start(flags, (context) => resolve(context, readDecision(first, second, flags), flags)),
    );
};

async function resolve(
  context: CommandContext,
  decision: ReadDecision,
  flags: ResolveFlags,
): Promise<ExitClass> {
  const { gateway } = connectGateway(flags.url, context.surroundings);
  if (decision.of === "lane") {
    return resolveWholeLane(context, gateway, decision, flags.yes === true);
  }
  const { output } = context;
  const id = requireId(decision.id);
  if (decision.body.action === "resubmit") await confirmOne(context, gateway, id, flags);
  const resolved = valueOf(await gateway.resolve(id, decision.body));
  output.document(resolved);
  const { generation, warning } = resolved;
  output.line(`${printable(generation.id)}  ${printable(generation.status)}`);
  if (warning !== null) output.note(printable(warning));
  return "ok";
}

/** @throws {CliError} when nobody said yes */
async function confirmOne(
  context: CommandContext,
  gateway: Gateway,
  id: string,
  { yes }: ResolveFlags,
): Promise<void> {
  if (yes === true) return;
  const { money, status } = valueOf(await gateway.explain(id));
  // Whatever is not held is refused by the gateway, in better words.
  if (status !== "held" || money.may_be_paid === 0) return;
  const count = money.may_be_paid;
  const submits = count === 1 ? "one submit" : `${count} submits`;
  await confirmPayment(context, `${submits} of it may have been paid already`);
}
