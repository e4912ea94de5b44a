import {
  ALL_STATUSES,
  BEGIN_REFUSALS,
  CALLBACK_OUTCOMES,
  CALLS,
  NOT_SENT_REASONS,
  NOTIFICATION_OUTCOMES,
  POLL_OUTCOMES,
  RESCUE_KINDS,
  SETTLED_REASONS,
  SETTLED_STATUSES,
  SUBMIT_OUTCOMES,
} from "./label-values.ts";

/** One metric, as the documentation and the registry know it. */
export interface MetricFacts {
  readonly name: `apidot_queue_${string}`;
  readonly kind: "counter" | "histogram" | "gauge";
  /** What its number counts or measures. */
  readonly unit: string;
  /** Whose events it counts. What the journal counts is shown by every process. */
  readonly countedBy: readonly Counting[];
  readonly help: string;
  readonly labels: readonly MetricLabel[];
  /**
   * The values of a label, all of them. A label that is not here is a `lane`, a `model`, or the
   * `code` of an answer: an HTTP status or one of `CALL_ENDS`.
   */
  readonly values?: Readonly<Partial<Record<MetricLabel, readonly string[]>>>;
  /** Upper ends, in seconds; histograms only. */
  readonly buckets?: readonly number[];
}

/** Who counts. The standalone is all of them. */
type Counting = "journal" | "gateway" | "submit-worker" | "status-worker" | "notify-worker";

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

/** What a process counts by itself; each instance shows its own share, so use `sum`. */
export const PROCESS_METRICS = {
  submits: {
    name: "apidot_queue_submits_total",
    kind: "counter",
    unit: "submits",
    countedBy: ["submit-worker"],
    help: "Submits whose bytes went out, by what came of them.",
    labels: ["lane", "outcome"],
    values: { outcome: SUBMIT_OUTCOMES },
  },
  submitsNotSent: {
    name: "apidot_queue_submits_not_sent_total",
    kind: "counter",
    unit: "attempts",
    countedBy: ["submit-worker"],
    help: "Attempts that ended before the first byte of their submit: nothing can have been paid.",
    labels: ["lane", "reason"],
    values: { reason: NOT_SENT_REASONS },
  },
  beginRefused: {
    name: "apidot_queue_begin_refused_total",
    kind: "counter",
    unit: "hints",
    countedBy: ["submit-worker"],
    help: "Hints whose attempt the journal did not let begin.",
    labels: ["lane", "reason"],
    values: { reason: BEGIN_REFUSALS },
  },
  submitDuration: {
    name: "apidot_queue_submit_duration_seconds",
    kind: "histogram",
    unit: "seconds",
    countedBy: ["submit-worker"],
    help: "From the start of a submit to the end of its answer, or to giving up on one.",
    labels: [],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30, 45, 60, 120],
  },
  polls: {
    name: "apidot_queue_polls_total",
    kind: "counter",
    unit: "polls",
    countedBy: ["status-worker"],
    help: "Status calls, by what came of them.",
    labels: ["outcome"],
    values: { outcome: POLL_OUTCOMES },
  },
  pollDelay: {
    name: "apidot_queue_poll_delay_seconds",
    kind: "histogram",
    unit: "seconds",
    countedBy: ["status-worker"],
    help: "From the time at which a poll was due to the time at which it was done.",
    labels: [],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300],
  },
  generationDuration: {
    name: "apidot_queue_generation_duration_seconds",
    kind: "histogram",
    unit: "seconds",
    countedBy: ["status-worker"],
    help: "From submitted to settled, of generations that a poll settled.",
    labels: ["model", "status"],
    values: { status: SETTLED_STATUSES },
    buckets: GENERATION_SECONDS,
  },
  timeToSettle: {
    name: "apidot_queue_time_to_settle_seconds",
    kind: "histogram",
    unit: "seconds",
    countedBy: ["status-worker"],
    help: "From enqueued to settled, the wait in the queue included, of the same generations.",
    labels: [],
    buckets: [...GENERATION_SECONDS, 7_200, 21_600, 86_400],
  },
  callbacks: {
    name: "apidot_queue_callbacks_total",
    kind: "counter",
    unit: "callbacks",
    countedBy: ["gateway"],
    help: "Callbacks that came in, by what came of them.",
    labels: ["outcome"],
    values: { outcome: CALLBACK_OUTCOMES },
  },
  notifications: {
    name: "apidot_queue_notifications_total",
    kind: "counter",
    unit: "deliveries",
    countedBy: ["notify-worker"],
    help: "Deliveries of notifications, by what came of them; given_up counts beside the last one.",
    labels: ["outcome"],
    values: { outcome: NOTIFICATION_OUTCOMES },
  },
  upstreamRequests: {
    name: "apidot_queue_upstream_requests_total",
    kind: "counter",
    unit: "calls",
    countedBy: ["submit-worker", "status-worker"],
    help: "Calls of the upstream, by call and by code of the answer, or by what ended them without one.",
    labels: ["call", "code"],
    values: { call: CALLS },
  },
  rescued: {
    name: "apidot_queue_rescued_total",
    kind: "counter",
    unit: "generations",
    countedBy: ["submit-worker", "status-worker"],
    help: "Generations that the rescuer moved because nobody else did, by what it did.",
    labels: ["kind"],
    values: { kind: RESCUE_KINDS },
  },
} as const satisfies Record<string, MetricFacts>;

/** What the journal counts for the whole fleet: the same on every instance, so use `max`. */
export const JOURNAL_METRICS = {
  enqueued: {
    name: "apidot_queue_generations_enqueued_total",
    kind: "counter",
    unit: "generations",
    countedBy: ["journal"],
    help: "Generations stored.",
    labels: ["lane", "model"],
  },
  settled: {
    name: "apidot_queue_generations_settled_total",
    kind: "counter",
    unit: "generations",
    countedBy: ["journal"],
    help: "Settlements, by status and, where it is a failure, by reason.",
    labels: ["lane", "model", "status", "reason"],
    values: { status: SETTLED_STATUSES, reason: SETTLED_REASONS },
  },
  credits: {
    name: "apidot_queue_credits_total",
    kind: "counter",
    unit: "credits",
    countedBy: ["journal"],
    help: "Credits of succeeded generations by the catalog: an estimate, not the bill.",
    labels: ["lane", "model"],
  },
  generations: {
    name: "apidot_queue_generations",
    kind: "gauge",
    unit: "generations",
    countedBy: ["journal"],
    help: "Generations that are in a status now.",
    labels: ["lane", "status"],
    values: { status: ALL_STATUSES },
  },
  laneOpen: {
    name: "apidot_queue_lane_open",
    kind: "gauge",
    unit: "lanes",
    countedBy: ["journal"],
    help: "1 while the lane is open, 0 while it is halted.",
    labels: ["lane"],
  },
  mayEvict: {
    name: "apidot_queue_redis_may_evict",
    kind: "gauge",
    unit: "servers",
    countedBy: ["journal"],
    help: "1 while the Redis of the lane may throw records away when its memory is full, else 0.",
    labels: ["lane"],
  },
} as const satisfies Record<string, MetricFacts>;

/** How often a scrape had to do without the journal's numbers. */
export const JOURNAL_READ_FAILURES = {
  name: "apidot_queue_journal_read_failures_total",
  kind: "counter",
  unit: "scrapes",
  countedBy: ["gateway", "submit-worker", "status-worker", "notify-worker"],
  help: "Scrapes that could not read the journal's counters; they leave those metrics out.",
  labels: [],
} as const satisfies MetricFacts;
