/**
 * Every key that a log line may carry, one meaning each. A key that is missing here is added here;
 * never a prompt, a key, a URL or a token.
 */
export const LOG_FIELDS = [
  // What it is about
  "requestId",
  "tenant",
  "generationId",
  "lane",
  "model",
  "attempt",
  "taskId",
  "status",
  "jobId",
  "wake",
  // What came of it
  "outcome",
  "code",
  "httpStatus",
  "reason",
  "kind",
  "error",
  "flagged",
  // How much, how long
  "count",
  "concurrency",
  "durationMs",
  "delayMs",
  "limitMs",
  "ageMs",
  "progress",
  // The process and what it stands on
  "name",
  "call",
  "method",
  "path",
  "queue",
  "step",
  "signal",
  "host",
  "port",
  "version",
  "flavour",
  "exitCode",
] as const;

/** @see LOG_FIELDS */
export type LogField = (typeof LOG_FIELDS)[number];

/** What a field may hold. Structures stay out: nobody can see what is inside. */
export type LogValue = string | number | boolean | null | undefined;

/** The facts of one log line. `error` takes anything that was thrown. */
export type LogFields = { readonly [K in Exclude<LogField, "error">]?: LogValue } & {
  readonly error?: unknown;
};
