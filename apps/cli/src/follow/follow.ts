import { CliError } from "../cli-error.ts";
import { toCliError } from "../gateway/failure.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { type GenerationJson, isAtRest } from "../gateway/record.ts";
import type { Surroundings } from "../surroundings.ts";

/** The pauses between two looks: short at first, since a refusal comes soon, then longer. */
const PACE = { firstMs: 500, factor: 1.3, longestMs: 5_000 };
/** A gateway that restarts is waited for; one that stays away for this long is given up. */
const AWAY_LIMIT_MS = 60_000;
/** Generations that are asked for at the same time. */
const AT_ONCE = 8;

/** What is followed, and who hears of it. */
export interface FollowOptions {
  readonly ids: readonly string[];
  readonly gateway: Gateway;
  /** Milliseconds from now; null waits as long as it takes. */
  readonly timeoutMs: number | null;
  /** Ends the wait; the generations go on. */
  readonly signal: AbortSignal;
  /** Gets each record that differs from the last one of its id; the first one included. */
  readonly onRecord: (record: GenerationJson) => void;
  /** Gets the id of one that does not exist. */
  readonly onMissing: (id: string) => void;
  /** Gets a line when the gateway is lost and when it is back. */
  readonly note: (text: string) => void;
  readonly now: Surroundings["now"];
  readonly pause: Surroundings["pause"];
}

/** Why the wait is over, and what was known then. */
export interface FollowEnd {
  readonly kind: "settled" | "timed_out" | "interrupted";
  /** The last record of each id; null for one that does not exist or was never read. */
  readonly records: ReadonlyMap<string, GenerationJson | null>;
}

/**
 * Asks for the generations, at a growing pace, until each is settled, held or missing.
 *
 * @throws {CliError} `unavailable` when the gateway stays away; whatever else it refuses with
 */
export async function follow(options: FollowOptions): Promise<FollowEnd> {
  const { gateway, signal, now, pause, timeoutMs } = options;
  const records = new Map<string, GenerationJson | null>(options.ids.map((id) => [id, null]));
  const open = new Set(records.keys());
  const endAt = timeoutMs === null ? Infinity : now() + timeoutMs;
  const outage = watchOutage(options, open);
  let pauseMs = PACE.firstMs;

  const look = async (id: string): Promise<void> => {
    const answer = await gateway.get(id, signal);
    if (answer.kind === "aborted") return;
    if (answer.kind === "failed") {
      const { failure } = answer;
      if (failure.problem?.code === "not_found") {
        open.delete(id);
        options.onMissing(id);
      } else if (failure.isTransient) outage.isAway(failure.message, failure.retryAfterMs);
      else throw toCliError(failure, { advice: goOn(open) });
      return;
    }
    outage.isBack();
    const { value: record } = answer;
    const before = records.get(id);
    records.set(id, record);
    if (isAtRest(record)) open.delete(id);
    if (before === null || before === undefined || differs(before, record)) {
      options.onRecord(record);
    }
  };

  for (;;) {
    const round = [...open];
    for (let at = 0; at < round.length; at += AT_ONCE) {
      await Promise.all(round.slice(at, at + AT_ONCE).map(look));
    }
    if (open.size === 0) return { kind: "settled", records };
    if (signal.aborted) return { kind: "interrupted", records };
    const leftMs = endAt - now();
    if (leftMs <= 0) return { kind: "timed_out", records };
    await pause(Math.min(Math.max(pauseMs, outage.retryAfterMs()), leftMs), signal);
    if (signal.aborted) return { kind: "interrupted", records };
    pauseMs = Math.min(pauseMs * PACE.factor, PACE.longestMs);
  }
}

/** Records are small and come from one writer, so their text is their identity. */
function differs(a: GenerationJson, b: GenerationJson): boolean {
  return JSON.stringify(a) !== JSON.stringify(b);
}

/** @returns the lines that say how to follow these again. */
export function goOn(ids: Iterable<string>): string[] {
  const rest = [...ids];
  return rest.length === 0 ? [] : [`to go on: apidot-queue watch ${rest.join(" ")}`];
}

/** Tells of an outage once, and gives up when it lasts. */
function watchOutage({ note, now }: FollowOptions, open: ReadonlySet<string>) {
  let awaySince: number | null = null;
  let waitMs = 0;
  return {
    isAway: (message: string, retryAfterMs: number | null): void => {
      waitMs = Math.min(retryAfterMs ?? 0, PACE.longestMs);
      if (awaySince === null) {
        awaySince = now();
        note(`${message}; still trying`);
      } else if (now() - awaySince > AWAY_LIMIT_MS) {
        throw new CliError("unavailable", message, { advice: goOn(open) });
      }
    },
    isBack: (): void => {
      waitMs = 0;
      if (awaySince === null) return;
      awaySince = null;
      note("the gateway answers again");
    },
    retryAfterMs: (): number => waitMs,
  };
}
