import { CATALOG } from "@apidot-queue/core";
import { type Command, Option } from "commander";

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
import { detachOnSignal } from "../follow/detach.ts";
import { bySignal, tellStored } from "../follow/tell-stored.ts";
import { enqueueSafely } from "../gateway/enqueue.ts";
import { idempotencyKeyOf } from "../request/idempotency-key.ts";
import { type GivenFlags, inputOptions, promptHelp } from "../request/input-flags.ts";
import { enqueueOptions, requireDuration } from "../request/option-flags.ts";
import { type ReadyRequest, readRequest } from "../request/request.ts";
import { inTermsOfFlags } from "../request/wrong-input.ts";

/** The flags of this command alone; those of the request are read by `readRequest`. */
interface SubmitFlags {
  readonly json?: boolean;
  readonly url?: string;
  readonly idempotencyKey?: string;
  readonly wait?: boolean;
  readonly timeout?: string;
}

/** `submit <model> [prompt]` */
export const addSubmit: AddCommand = (program, start) => {
  addRequestFlags(program.command("submit"))
    .description("submit a video: checked here first, then stored by the gateway")
    .addOption(new Option("--idempotency-key <key>", "one key makes one generation, ever"))
    .option("--wait", "follow it to its end and print the URLs of its files")
    .option("--timeout <duration>", "how long --wait waits, such as 15m (default: to the end)")
    .option(...URL_FLAG)
    .option(...JSON_FLAG)
    .addHelpText(
      "after",
      examples(
        'submit veo3.1-fast "A paper boat on a rainy street" --resolution 1080p --wait',
        'submit veo3.1-fast "It comes alive" --mode frame --image https://example.com/first.png',
        "submit veo3.1-lite --input @request.json --idempotency-key order-4711 --json",
      ),
    )
    .action((model: string, prompt: string | undefined, flags: SubmitFlags & GivenFlags) =>
      start(flags, (context) => submit(context, { model, prompt, flags })),
    );
};

/** Adds the arguments and flags that make up a request. */
export function addRequestFlags(command: Command): Command {
  const models = [...CATALOG.values()].filter(({ status }) => status === "active");
  command.argument("<model>", models.map(({ id }) => id).join(", "));
  command.argument("[prompt]", promptHelp());
  for (const option of inputOptions()) command.addOption(option);
  command.option("--input <json>", "the whole input: JSON, @file or - for the standard input");
  for (const option of enqueueOptions()) command.addOption(option);
  return command;
}

async function submit(
  { surroundings, output }: CommandContext,
  asked: {
    readonly model: string;
    readonly prompt: string | undefined;
    readonly flags: SubmitFlags & GivenFlags;
  },
): Promise<ExitClass> {
  const { model, prompt, flags } = asked;
  const timeoutMs =
    flags.timeout === undefined ? null : requireDuration("--timeout", flags.timeout);
  if (timeoutMs !== null && flags.wait !== true) {
    throw new CliError("usage", "--timeout needs --wait beside it");
  }
  const idempotencyKey = idempotencyKeyOf(flags.idempotencyKey);
  const { gateway, rules } = connectGateway(flags.url, surroundings);
  const ready = await readRequest({ model, prompt, given: flags, rules }, surroundings);
  for (const line of warningLines(ready)) output.note(line);

  const detach = detachOnSignal(surroundings);
  try {
    const { body, rawFields } = ready;
    const { signal } = detach;
    const send = () => gateway.enqueue(body, idempotencyKey, signal);
    const call = { send, rawFields, idempotencyKey, signal, note: output.note };
    const record = await enqueueSafely(call, surroundings.pause);
    const waitMs = flags.wait === true ? { timeoutMs } : null;
    return await tellStored(record, waitMs, { gateway, surroundings, output, detach });
  } catch (error) {
    throw bySignal(error, detach.exitClass());
  } finally {
    detach.end();
  }
}

function warningLines({ warnings, rawFields }: ReadyRequest): string[] {
  return inTermsOfFlags(warnings, rawFields).map(
    ({ label, message }) => `warning: ${label}: ${message}`,
  );
}
