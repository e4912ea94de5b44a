import { redisMessage } from "../redis/redis-error-summary.ts";
import { scrubText } from "./scrub.ts";

const DEEPEST_CAUSE = 5;
const MOST_FRAMES = 8;

/** What a log line tells of an error. */
export interface ErrorFacts {
  /** The class. */
  readonly type: string;
  readonly code?: string | number;
  /** Scrubbed and cut. */
  readonly message: string;
  /** Where it was made: function and file, no values. */
  readonly frames?: readonly string[];
  readonly cause?: ErrorFacts;
  /** Of several at once, the first. */
  readonly first?: ErrorFacts;
}

/**
 * Describes anything that was thrown. Only these facts are taken: an error may carry a command's
 * arguments, a request or an answer in properties of its own.
 */
export function errorFacts(error: unknown): ErrorFacts {
  return describe(error, 0);
}

function describe(error: unknown, depth: number): ErrorFacts {
  if (!(error instanceof Error)) {
    return { type: typeof error, message: typeof error === "string" ? scrubText(error) : "" };
  }
  const { code, errors } = error as { readonly code?: unknown; readonly errors?: unknown };
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  const isDeep = depth >= DEEPEST_CAUSE;
  const frames = depth === 0 ? framesOf(error) : [];
  return {
    type: error.name,
    ...(typeof code === "string" || typeof code === "number" ? { code } : {}),
    message: messageOf(error),
    ...(frames.length > 0 ? { frames } : {}),
    ...(error.cause === undefined || isDeep ? {} : { cause: describe(error.cause, depth + 1) }),
    ...(first === undefined || isDeep ? {} : { first: describe(first, depth + 1) }),
  };
}

function messageOf(error: Error): string {
  if (error.name === "ReplyError" || "command" in error) return redisMessage(error.message);
  // The parser of JSON quotes the text that it could not read.
  if (error instanceof SyntaxError) return scrubText(error.message.split('"')[0] ?? "");
  return scrubText(error.message);
}

/** A stack begins with the message, which may span lines and look like anything. */
function framesOf(error: Error): string[] {
  const { stack = "", message } = error;
  const afterMessage = stack.slice(Math.max(0, stack.indexOf(message)) + message.length);
  const frames = afterMessage.split("\n").map((line) => line.trim());
  return frames.filter((line) => line.startsWith("at ")).slice(0, MOST_FRAMES);
}
