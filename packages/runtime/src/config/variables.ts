import { DEFAULT_POLL_SCHEDULE } from "@apidot-queue/core";

import { parseRedisUrl } from "@apidot-queue/redis";
import { callbackSecrets, surfaces } from "./callback-parsers.ts";
import { catalogOverlay } from "./catalog-file.ts";
import { networks, notifySecrets } from "./notify-parsers.ts";
import { gatewayTokens } from "./gateway-tokens.ts";
import {
  apiKey,
  decimal,
  durationOrNever,
  httpBaseUrl,
  listenHost,
  onOff,
  oneOf,
  wholeNumber,
} from "./parsers.ts";
import type { AppName, ValueOf, Variable } from "./variable.ts";

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Everything that runs until it is stopped; the command line is a client of these. */
const SERVICES = [
  "gateway",
  "submit-worker",
  "status-worker",
  "notify-worker",
  "standalone",
] as const;
/** Those with metrics of their own address. */
const WORKER_PROCESSES = ["submit-worker", "status-worker", "notify-worker"] as const;
/** Whoever runs the rescuer needs the rules of submits and of polls alike. */
const WORKERS = ["submit-worker", "status-worker", "standalone"] as const;
const NOBODY = [] as const;

/**
 * Every variable of the environment that this version acts on, by the name that the configuration
 * gives it. `.env.example` and the documentation list the same; a test compares them.
 */
export const VARIABLES = {
  redis: {
    name: "REDIS_URL",
    meaning:
      "Where Redis is: redis://, rediss://, redis+sentinel://[user:pass@]h:p,h:p/<master>[/db], or two or more comma-separated URLs of cluster nodes.",
    parse: parseRedisUrl,
    defaultText: "redis://127.0.0.1:6379",
    isSecret: true,
    apps: SERVICES,
    requiredBy: NOBODY,
  },
  apiKey: {
    name: "APIDOT_API_KEY",
    meaning:
      "The upstream API key of the lane default; without it the standalone uses the emulator.",
    parse: apiKey,
    defaultText: null,
    isSecret: true,
    apps: WORKERS,
    requiredBy: ["submit-worker", "status-worker"],
  },
  baseUrl: {
    name: "APIDOT_BASE_URL",
    meaning: "The root of the upstream API.",
    parse: httpBaseUrl,
    defaultText: "https://api.apidot.ai",
    isSecret: false,
    apps: WORKERS,
    requiredBy: NOBODY,
  },
  host: {
    name: "HOST",
    meaning:
      "The address that the gateway listens on; a loopback address, unless it has tokens or exposes callbacks alone.",
    parse: listenHost,
    defaultText: "127.0.0.1",
    isSecret: false,
    apps: ["gateway", "standalone", "cli"],
    requiredBy: NOBODY,
  },
  port: {
    name: "PORT",
    meaning: "The port of the gateway; 0 takes a free one and prints it.",
    parse: wholeNumber(0, 65_535),
    defaultText: "8787",
    isSecret: false,
    apps: ["gateway", "standalone", "cli"],
    requiredBy: NOBODY,
  },
  gatewayTokens: {
    name: "GATEWAY_TOKENS",
    meaning:
      "Who may call the gateway: name:token[:scope+scope[:lane+lane]],… with the scopes submit, read, admin; unset: any program of this machine.",
    parse: gatewayTokens,
    defaultText: null,
    isSecret: true,
    apps: ["gateway", "standalone"],
    requiredBy: NOBODY,
  },
  publicUrl: {
    name: "PUBLIC_URL",
    meaning: "Where the upstream reaches the gateway; unset: no callbacks are asked for.",
    parse: httpBaseUrl,
    defaultText: null,
    isSecret: false,
    apps: ["gateway", "submit-worker", "standalone"],
    requiredBy: NOBODY,
  },
  callbackSecrets: {
    name: "CALLBACK_SECRETS",
    meaning:
      "What callback URLs are signed with: kid:secret,… of which the first signs; unset: made and kept in Redis.",
    parse: callbackSecrets,
    defaultText: null,
    isSecret: true,
    apps: ["gateway", "submit-worker", "standalone"],
    requiredBy: NOBODY,
  },
  surfaces: {
    name: "SURFACES",
    meaning: "What the gateway exposes: api, callbacks, or both.",
    parse: surfaces,
    defaultText: "api,callbacks",
    isSecret: false,
    apps: ["gateway", "standalone"],
    requiredBy: NOBODY,
  },
  notifySecrets: {
    name: "NOTIFY_SECRET",
    meaning:
      "What the secret of each tenant is derived from, which signs its notifications: secret or secret,older; unset: made and kept in Redis.",
    parse: notifySecrets,
    defaultText: null,
    isSecret: true,
    apps: ["notify-worker", "standalone", "cli"],
    requiredBy: NOBODY,
  },
  notifyAllowNetworks: {
    name: "NOTIFY_ALLOW_NETWORKS",
    meaning: "CIDRs that notifications may reach besides global addresses.",
    parse: networks,
    defaultText: null,
    isSecret: false,
    apps: ["notify-worker", "standalone"],
    requiredBy: NOBODY,
  },
  queueUrl: {
    name: "APIDOT_QUEUE_URL",
    meaning: "Where the command line finds the gateway; unset: at HOST and PORT.",
    parse: httpBaseUrl,
    defaultText: null,
    isSecret: false,
    apps: ["cli"],
    requiredBy: NOBODY,
  },
  queueToken: {
    name: "APIDOT_QUEUE_TOKEN",
    meaning: "What the command line shows a gateway that asks for a token.",
    parse: apiKey,
    defaultText: null,
    isSecret: true,
    apps: ["cli"],
    requiredBy: NOBODY,
  },
  metricsHost: {
    name: "METRICS_HOST",
    meaning: "The address of a worker's /metrics, /healthz and /readyz.",
    parse: listenHost,
    defaultText: "127.0.0.1",
    isSecret: false,
    apps: WORKER_PROCESSES,
    requiredBy: NOBODY,
  },
  metricsPort: {
    name: "METRICS_PORT",
    meaning: "The port of the same; 0, or unset while the default is taken, takes a free one.",
    parse: wholeNumber(0, 65_535),
    defaultText: "9464",
    isSecret: false,
    apps: WORKER_PROCESSES,
    requiredBy: NOBODY,
  },
  submitConcurrency: {
    name: "SUBMIT_CONCURRENCY",
    meaning: "Submits at a time in one process.",
    parse: wholeNumber(1, 1_000),
    defaultText: "16",
    isSecret: false,
    apps: ["submit-worker", "standalone"],
    requiredBy: NOBODY,
  },
  statusConcurrency: {
    name: "STATUS_CONCURRENCY",
    meaning: "Polls at a time in one process.",
    parse: wholeNumber(1, 10_000),
    defaultText: "64",
    isSecret: false,
    apps: ["status-worker", "standalone"],
    requiredBy: NOBODY,
  },
  submitRatePerSecond: {
    name: "SUBMIT_RATE_PER_SECOND",
    meaning: "Submits per second of a lane, over all its workers; give all of them the same.",
    parse: decimal(0.001, 10_000),
    defaultText: null,
    isSecret: false,
    apps: ["submit-worker", "standalone"],
    requiredBy: NOBODY,
  },
  maxInFlight: {
    name: "MAX_IN_FLIGHT",
    meaning: "Generations of a lane that may be submitting, unconfirmed or running at once.",
    parse: wholeNumber(1, 10_000_000),
    defaultText: null,
    isSecret: false,
    apps: ["submit-worker", "standalone"],
    requiredBy: NOBODY,
  },
  requestTimeoutMs: {
    name: "REQUEST_TIMEOUT_MS",
    meaning: "How long one upstream call may take, in milliseconds.",
    parse: wholeNumber(100, 600 * SECOND_MS),
    defaultText: "45000",
    isSecret: false,
    apps: WORKERS,
    requiredBy: NOBODY,
  },
  pollBaseMs: {
    name: "POLL_BASE_MS",
    meaning: "The first interval between polls of a task, in milliseconds.",
    parse: wholeNumber(1, HOUR_MS),
    defaultText: String(DEFAULT_POLL_SCHEDULE.baseMs),
    isSecret: false,
    apps: WORKERS,
    requiredBy: NOBODY,
  },
  pollFactor: {
    name: "POLL_FACTOR",
    meaning: "What each further interval is multiplied by.",
    parse: decimal(1, 10),
    defaultText: String(DEFAULT_POLL_SCHEDULE.factor),
    isSecret: false,
    apps: WORKERS,
    requiredBy: NOBODY,
  },
  pollCapMs: {
    name: "POLL_CAP_MS",
    meaning: "The longest interval in milliseconds; it wins over a larger POLL_BASE_MS.",
    parse: wholeNumber(1, HOUR_MS),
    defaultText: String(DEFAULT_POLL_SCHEDULE.capMs),
    isSecret: false,
    apps: WORKERS,
    requiredBy: NOBODY,
  },
  pollMinMs: {
    name: "POLL_MIN_MS",
    meaning:
      "The shortest interval in milliseconds; it wins over POLL_BASE_MS and an unset POLL_CAP_MS.",
    parse: wholeNumber(1, HOUR_MS),
    defaultText: String(DEFAULT_POLL_SCHEDULE.minMs),
    isSecret: false,
    apps: WORKERS,
    requiredBy: NOBODY,
  },
  ambiguousSubmit: {
    name: "AMBIGUOUS_SUBMIT",
    meaning: "What follows a submit that may have been paid: resubmit after a grace, or hold.",
    parse: oneOf("resubmit", "hold"),
    defaultText: "resubmit",
    isSecret: false,
    apps: WORKERS,
    requiredBy: NOBODY,
  },
  maxPaidAttempts: {
    name: "MAX_PAID_ATTEMPTS",
    meaning:
      "Submits of one generation that may have been paid, those whose task a person let go included; after the last one it is held.",
    parse: wholeNumber(1, 10),
    defaultText: "3",
    isSecret: false,
    apps: WORKERS,
    requiredBy: NOBODY,
  },
  confirmGraceMs: {
    name: "CONFIRM_GRACE_MS",
    meaning:
      "How long a submit without an answer may still be confirmed; unset: learned with callbacks, else 5, 20, 80 s.",
    parse: wholeNumber(0, DAY_MS),
    defaultText: null,
    isSecret: false,
    apps: WORKERS,
    requiredBy: NOBODY,
  },
  accountErrors: {
    name: "ACCOUNT_ERRORS",
    meaning:
      "What becomes of a generation whose submit was refused for key or credits: fail, or park.",
    parse: oneOf("fail", "park"),
    defaultText: "fail",
    isSecret: false,
    apps: ["submit-worker", "standalone"],
    requiredBy: NOBODY,
  },
  autoResume: {
    name: "AUTO_RESUME",
    meaning: "Whether a lane that is halted for credits is probed by itself: credits, or off.",
    parse: oneOf("credits", "off"),
    defaultText: "credits",
    isSecret: false,
    apps: WORKERS,
    requiredBy: NOBODY,
  },
  generationDeadlineMs: {
    name: "GENERATION_DEADLINE_MS",
    meaning: "How long a task may run, from submitted, in milliseconds.",
    parse: wholeNumber(1, 30 * DAY_MS),
    defaultText: "3600000",
    isSecret: false,
    apps: ["gateway", ...WORKERS],
    requiredBy: NOBODY,
  },
  submitDeadlineMs: {
    name: "SUBMIT_DEADLINE_MS",
    meaning: "How long a generation may wait for its submit, in milliseconds; 0 means for ever.",
    parse: durationOrNever(1, 365 * DAY_MS),
    defaultText: "86400000",
    isSecret: false,
    apps: ["gateway", ...WORKERS],
    requiredBy: NOBODY,
  },
  retentionDays: {
    name: "RETENTION_DAYS",
    meaning: "How long a generation is kept after it settled, in days.",
    parse: wholeNumber(8, 3_650),
    defaultText: "30",
    isSecret: false,
    apps: WORKERS,
    requiredBy: NOBODY,
  },
  allowUnknownModels: {
    name: "ALLOW_UNKNOWN_MODELS",
    meaning: "Submit models that the catalog does not know, unchecked and without a price.",
    parse: onOff,
    defaultText: "off",
    isSecret: false,
    apps: ["gateway", "standalone", "cli"],
    requiredBy: NOBODY,
  },
  catalog: {
    name: "CATALOG_FILE",
    meaning: "A JSON file that is laid over the catalog: status of models, prices with their date.",
    parse: catalogOverlay,
    defaultText: null,
    isSecret: false,
    isFile: true,
    apps: ["gateway", "standalone", "cli"],
    requiredBy: NOBODY,
  },
  durability: {
    name: "DURABILITY",
    meaning:
      "Whether to wait for Redis's disk: auto where the server can, strict always or not at all, relaxed never.",
    parse: oneOf("auto", "strict", "relaxed"),
    defaultText: "auto",
    isSecret: false,
    apps: SERVICES,
    requiredBy: NOBODY,
  },
  logLevel: {
    name: "LOG_LEVEL",
    meaning: "The least level that is logged.",
    parse: oneOf("trace", "debug", "info", "warn", "error", "fatal", "silent"),
    defaultText: "info",
    isSecret: false,
    apps: SERVICES,
    requiredBy: NOBODY,
  },
} as const satisfies Record<string, Variable>;

type Variables = typeof VARIABLES;

type Configured<V extends Variable, A extends AppName> = V["defaultText"] extends string
  ? ValueOf<V>
  : A extends V["requiredBy"][number]
    ? ValueOf<V>
    : ValueOf<V> | null;

/** What one app gets: the variables that it reads, parsed; null is "unset" where that is allowed. */
export type ConfigOf<A extends AppName> = {
  readonly [K in keyof Variables as A extends Variables[K]["apps"][number] ? K : never]: Configured<
    Variables[K],
    A
  >;
};
