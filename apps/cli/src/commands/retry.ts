import { Option } from "commander";

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
import { requireId } from "../gateway/generation-id.ts";
import { idempotencyKeyOf } from "../request/idempotency-key.ts";
import { requireDuration } from "../request/option-flags.ts";

/** The flags of this command. */
interface RetryFlags {
  readonly json?: boolean;
  readonly url?: string;
  readonly idempotencyKey?: string;
  readonly wait?: boolean;
  readonly timeout?: string;
}

const NO_RAW_FIELDS: ReadonlySet<string> = new Set();

/** `retry <id>` */
export const addRetry: AddCommand = (program, start) => {
  program
    .command("retry <id>")
    .description("make a new generation of one that failed or was canceled")
    .addOption(new Option("--idempotency-key <key>", "one key makes one retry, ever"))
    .option("--wait", "follow it to its end and print the URLs of its files")
    .option("--timeout <duration>", "how long --wait waits, such as 15m (default: to the end)")
    .option(...URL_FLAG)
    .option(...JSON_FLAG)
    .addHelpText("after", examples("retry default_01kat5k3v8q2x7m4n9p0r1s2t3 --wait"))
    .action((id: string, flags: RetryFlags) =>
      start(flags, (context) => retry(context, requireId(id), flags)),
    );
};

async function retry(
  { surroundings, output }: CommandContext,
  id: string,
  flags: RetryFlags,
): Promise<ExitClass> {
  const timeoutMs =
    flags.timeout === undefined ? null : requireDuration("--timeout", flags.timeout);
  if (timeoutMs !== null && flags.wait !== true) {
    throw new CliError("usage", "--timeout needs --wait beside it");
  }
  const idempotencyKey = idempotencyKeyOf(flags.idempotencyKey);
  const { gateway } = connectGateway(flags.url, surroundings);
  const detach = detachOnSignal(surroundings);
  try {
    const { signal } = detach;
    const send = () => gateway.retry(id, idempotencyKey, signal);
    const call = { send, rawFields: NO_RAW_FIELDS, idempotencyKey, signal, note: output.note };
    const record = await enqueueSafely(call, surroundings.pause);
    const wait = flags.wait === true ? { timeoutMs } : null;
    return await tellStored(record, wait, { gateway, surroundings, output, detach });
  } catch (error) {
    throw bySignal(error, detach.exitClass());
  } finally {
    detach.end();
  }
}
