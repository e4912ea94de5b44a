/** One metric, as the documentation and the registry know it. */
export interface MetricFacts {
  readonly name: `apidot_queue_${string}`;
  readonly kind: "counter" | "histogram" | "gauge";
  readonly help: string;
  readonly labels: readonly MetricLabel[];
  /** Upper ends, in seconds; histograms only. */
  readonly buckets?: readonly number[];
}

/** The only labels there are: never an id, never a text of somebody's. */
export type MetricLabel =
  | "lane"
  | "model"
  | "status"
  | "reason"
  | "code"
  | "outcome"
  | "call"
  | "kind";

/** From a quick failure to the hour after which a task counts as timed out. */
const GENERATION_SECONDS = [2, 5, 10, 20, 30, 45, 60, 90, 120, 180, 300, 600, 1_200, 1_800, 3_600];

/** What a process counts by itself; each instance shows its own share. */
export const PROCESS_METRICS = {
  submits: {
    name: "apidot_queue_submits_total",
    kind: "counter",
    help: "Submits whose bytes went out, by what came of them.",
    labels: ["lane", "outcome"],
  },
  submitsNotSent: {
    name: "apidot_queue_submits_not_sent_total",
    kind: "counter",
    help: "Attempts that ended before the first byte of their submit.",
    labels: ["lane", "reason"],
  },
  beginRefused: {
    name: "apidot_queue_begin_refused_total",
    kind: "counter",
    help: "Attempts that the journal did not let begin.",
    labels: ["lane", "reason"],
  },
  submitDuration: {
    name: "apidot_queue_submit_duration_seconds",
    kind: "histogram",
    help: "From the start of a submit to the end of its answer, or to giving up on one.",
    labels: [],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30, 45, 60, 120],
  },
  polls: {
    name: "apidot_queue_polls_total",
    kind: "counter",
    help: "Status calls, by what came of them.",
    labels: ["outcome"],
  },
  pollDelay: {
    name: "apidot_queue_poll_delay_seconds",
    kind: "histogram",
    help: "From the time at which a poll was due to the time at which it was done.",
    labels: [],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300],
  },
  generationDuration: {
    name: "apidot_queue_generation_duration_seconds",
    kind: "histogram",
    help: "From submitted to settled.",
    labels: ["model", "status"],
    buckets: GENERATION_SECONDS,
  },
  timeToSettle: {
    name: "apidot_queue_time_to_settle_seconds",
    kind: "histogram",
    help: "From enqueued to settled, the wait in the queue included.",
    labels: [],
    buckets: [...GENERATION_SECONDS, 7_200, 21_600, 86_400],
  },
  upstreamRequests: {
    name: "apidot_queue_upstream_requests_total",
    kind: "counter",
    help: "Calls of the upstream, by call and by code of the answer.",
    labels: ["call", "code"],
  },
  rescued: {
    name: "apidot_queue_rescued_total",
    kind: "counter",
    help: "Generations that nobody worked on and the rescuer put back to work.",
    labels: ["kind"],
  },
} as const satisfies Record<string, MetricFacts>;

/** What the journal counts for the whole fleet: the same on every instance, so use `max`. */
export const JOURNAL_METRICS = {
  enqueued: {
    name: "apidot_queue_generations_enqueued_total",
    kind: "counter",
    help: "Generations stored.",
    labels: ["lane", "model"],
  },
  settled: {
    name: "apidot_queue_generations_settled_total",
    kind: "counter",
    help: "Generations settled, by status and, where they failed, by reason.",
    labels: ["lane", "model", "status", "reason"],
  },
  credits: {
    name: "apidot_queue_credits_total",
    kind: "counter",
    help: "Credits of succeeded generations by the catalog: an estimate, not the bill.",
    labels: ["lane", "model"],
  },
  generations: {
    name: "apidot_queue_generations",
    kind: "gauge",
    help: "Generations that are in a status now.",
    labels: ["lane", "status"],
  },
} as const satisfies Record<string, MetricFacts>;

/** How often a scrape had to do without the journal's numbers. */
export const JOURNAL_READ_FAILURES = {
  name: "apidot_queue_journal_read_failures_total",
  kind: "counter",
  help: "Scrapes that could not read the journal's counters; they leave those metrics out.",
  labels: [],
} as const satisfies MetricFacts;
