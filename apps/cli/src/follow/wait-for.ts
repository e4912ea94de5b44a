import type { ExitClass } from "../exit-codes.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { GenerationJson } from "../gateway/record.ts";
import type { Output } from "../output/output.ts";
import type { Surroundings } from "../surroundings.ts";
import type { Detach } from "./detach.ts";
import { createFollowView } from "./follow-view.ts";
import { finish } from "./finish.ts";
import { follow } from "./follow.ts";

/** What a command waits for, and with what. */
export interface WaitOptions {
  readonly ids: readonly string[];
  readonly gateway: Gateway;
  readonly surroundings: Surroundings;
  readonly output: Output;
  readonly detach: Detach;
  /** Milliseconds; null waits as long as it takes. */
  readonly timeoutMs: number | null;
  /** Gets each record that differs from the one before. */
  readonly onRecord?: (record: GenerationJson) => void;
}

/**
 * Follows generations with a live view until they are settled or held, the time is over or a signal
 * comes, and tells how it ended.
 *
 * @throws {CliError} when the gateway stays away or refuses
 */
export async function waitFor(options: WaitOptions): Promise<ExitClass> {
  const { ids, gateway, surroundings, output, detach, timeoutMs } = options;
  const { now, pause } = surroundings;
  const view = createFollowView(surroundings, ids.length);
  const missing = new Set<string>();
  let end;
  try {
    end = await follow({
      ids,
      gateway,
      timeoutMs,
      signal: detach.signal,
      now,
      pause,
      note: view.note,
      onMissing: (id) => void missing.add(id),
      onRecord: (record) => {
        options.onRecord?.(record);
        view.record(record);
      },
    });
  } finally {
    view.end();
  }
  return finish(end, missing, output, detach.exitClass());
}
