import { type FieldError, validateHalt } from "@apidot-queue/core";

import { CliError } from "../cli-error.ts";
import {
  type AddCommand,
  type CommandContext,
  connectGateway,
  examples,
  JSON_FLAG,
  URL_FLAG,
} from "../command-context.ts";
import type { ExitClass } from "../exit-codes.ts";
import { type Gateway, type GatewayAnswer, valueOf } from "../gateway/gateway.ts";
import type { LaneJson } from "../gateway/lane.ts";
import { printable } from "../output/printable.ts";
import { createTable } from "../output/table.ts";

/** The flags of `lanes` as they were given. */
interface LanesFlags {
  readonly json?: boolean;
  readonly url?: string;
  readonly reason?: string;
  readonly redrive?: boolean;
}

/** `lanes`, `lanes halt <lane>` and `lanes resume <lane>` */
export const addLanes: AddCommand = (program, start) => {
  program
    .command("lanes")
    .argument("[action]", "halt or resume; left out, the lanes are listed")
    .argument("[lane]", "the lane to halt or to resume")
    .description("list lanes, and halt or resume one")
    .option("--reason <text>", "with halt: why; shown with the lane")
    .option("--redrive", "with resume: also send again what failed for key or credits")
    .option(...URL_FLAG)
    .option(...JSON_FLAG)
    .addHelpText(
      "after",
      examples(
        "lanes",
        'lanes halt default --reason "the upstream announced maintenance"',
        "lanes resume default --redrive",
      ),
    )
    .action((action: string | undefined, lane: string | undefined, flags: LanesFlags) =>
      start(flags, (context) => lanes(context, action, lane, flags)),
    );
};

async function lanes(
  context: CommandContext,
  action: string | undefined,
  lane: string | undefined,
  flags: LanesFlags,
): Promise<ExitClass> {
  refuseMisplaced(action, flags);
  const { gateway } = connectGateway(flags.url, context.surroundings);
  if (action === undefined) return list(context, gateway);
  if (action !== "halt" && action !== "resume") {
    throw new CliError("usage", "the action must be halt or resume");
  }
  if (lane === undefined) throw new CliError("usage", `which lane? lanes ${action} <lane>`);
  return action === "halt"
    ? halt(context, gateway, lane, flags.reason)
    : resume(context, gateway, lane, flags.redrive === true);
}

function refuseMisplaced(action: string | undefined, { reason, redrive }: LanesFlags): void {
  if (reason !== undefined && action !== "halt") {
    throw new CliError("usage", "--reason goes with halt alone");
  }
  if (redrive === true && action !== "resume") {
    throw new CliError("usage", "--redrive goes with resume alone");
  }
}

async function list({ output }: CommandContext, gateway: Gateway): Promise<ExitClass> {
  const page = valueOf(await gateway.lanes());
  output.document(page);
  const table = createTable(["lane", "state", "since", "queued", "running", "held", "why"]);
  for (const line of table.lines(page.data.map(rowOf))) output.line(line);
  for (const one of page.data) tellWhatToDo(output, one);
  return "ok";
}

async function halt(
  { output }: CommandContext,
  gateway: Gateway,
  lane: string,
  reason: string | undefined,
): Promise<ExitClass> {
  const valid = validateHalt(reason === undefined ? {} : { reason });
  if (!valid.ok) throw refusal(valid.errors);
  const halted = known(await gateway.haltLane(lane, { reason: valid.reason }), lane);
  output.document(halted);
  output.line(`${printable(halted.lane)}  ${printable(halted.state)}`);
  return "ok";
}

/** One call takes 10,000; the command goes on until all are done. */
async function resume(
  { output }: CommandContext,
  gateway: Gateway,
  lane: string,
  redrive: boolean,
): Promise<ExitClass> {
  let redriven = 0;
  let cursor: string | null = null;
  let opened: LaneJson;
  do {
    const body = { redrive, ...(cursor === null ? {} : { cursor }) };
    const answer = await gateway.resumeLane(lane, body);
    if (answer.kind === "failed" && redriven > 0) {
      output.note(`${redriven} were sent again before this:`);
    }
    const resumed = known(answer, lane);
    redriven += resumed.redriven;
    cursor = resumed.cursor;
    opened = resumed.lane;
  } while (cursor !== null);
  output.document({ redriven, lane: opened });
  const again = redrive ? `, ${redriven} sent again` : "";
  output.line(`${printable(opened.lane)}  ${printable(opened.state)}${again}`);
  if (!redrive && opened.redrivable > 0) {
    output.note(`${opened.redrivable} failed for key or credits: --redrive sends them again`);
  }
  return "ok";
}

/** @throws {CliError} `notFound` in the words of this command */
function known<T>(answer: GatewayAnswer<T>, lane: string): T {
  if (answer.kind === "failed" && answer.failure.problem?.code === "not_found") {
    throw new CliError("notFound", `the gateway works no lane ${printable(lane)}`);
  }
  return valueOf(answer);
}

function rowOf(lane: LaneJson): { readonly text: string }[] {
  const { counts } = lane;
  return [
    lane.lane,
    lane.unserved ? `${lane.state}, unserved` : lane.state,
    lane.since ?? "",
    String(counts.queued),
    String(counts.running),
    String(counts.held),
    lane.note ?? lane.reason ?? "",
  ].map((text) => ({ text: printable(text) }));
}

function tellWhatToDo(output: CommandContext["output"], lane: LaneJson): void {
  if (lane.what_to_do === null) return;
  output.note(`${printable(lane.lane)}: ${printable(lane.what_to_do)}`);
}

function refusal(errors: readonly FieldError[]): CliError {
  const wrong = errors.map((error) => ({ ...error, label: "--reason" }));
  return new CliError("usage", "a halt needs a reason", { wrong });
}
