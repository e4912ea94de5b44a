/** What one side of one measurement works with. */
export interface Bench {
  /** A Redis that is empty and used by nobody else. */
  readonly redisUrl: string;
  readonly upstreamUrl: string;
  /** Generations, or polls, of one measurement. */
  readonly count: number;
  /** Submits and polls at a time. */
  readonly concurrency: number;
  /** How long steady polling is measured, milliseconds. */
  readonly steadyMs: number;
}

/** Figures by name; units are in the names. */
export type Figures = Readonly<Record<string, number>>;

/** One kind of measurement: the product and its reference do the same work. */
export interface Workload {
  readonly reference: (bench: Bench) => Promise<Figures>;
  readonly product: (bench: Bench) => Promise<Figures>;
}

/** Tasks in flight that never end, and the polling of them. */
export interface RunningPolls {
  /** Makes so many of them, due in an hour. */
  readonly fill: (count: number) => Promise<void>;
  /** Moves each to another due time, milliseconds since the epoch, by its index. */
  readonly schedule: (dueAtOf: (index: number) => number) => Promise<void>;
  /** Starts to poll; `onPolled` is called when a status call was answered. */
  readonly start: (onPolled: (dueAt: number) => void) => void;
  readonly stop: () => Promise<void>;
}

/** Opens one side; a polled task is due again after `everyMs`. */
export type OpenRunningPolls = (
  bench: Bench,
  everyMs: number,
) => RunningPolls | Promise<RunningPolls>;

/** @returns the id of a task that the upstream stub never ends. */
export function runningTaskId(index: number): string {
  return `running-unified-1757165031-${String(index).padStart(8, "0")}`;
}

/** First and further poll delays of the whole path, milliseconds. */
export const POLL_DELAY_MS = 10;

/** Generations of the whole path that are not measured: the code is compiled by then. */
export const WARM_UP_COUNT = 2_000;

/** The request that every side sends: a prompt of ordinary length. */
export function benchRequest(): {
  readonly model: "veo3.1-fast";
  readonly input: { readonly prompt: string; readonly resolution: "1080p" };
} {
  const sentence = "Wide shot of a lighthouse at dusk, waves over basalt, slow dolly in. ";
  return {
    model: "veo3.1-fast",
    input: { prompt: sentence.repeat(7).slice(0, 430), resolution: "1080p" },
  };
}
