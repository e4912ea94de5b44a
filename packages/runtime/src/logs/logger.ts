import { pino } from "pino";
import type { DestinationStream, Logger as PinoLogger } from "pino";

import { errorFacts } from "./error-facts.ts";
import { LOG_FIELDS } from "./log-fields.ts";
import type { LogFields } from "./log-fields.ts";
import { scrubText, secretRemover } from "./scrub.ts";

/** From the most talkative to none. */
export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";

type Write = (fields: LogFields, sentence: string) => void;

/** Writes one line per call: the facts, then one fixed sentence in lower case without values. */
export interface Logger {
  readonly trace: Write;
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
  readonly fatal: Write;
  /** A logger whose every line carries these facts too. */
  child(fields: LogFields): Logger;
}

/** How a logger is made. */
export interface LoggerOptions {
  /** The program, in every line. */
  readonly app: string;
  /** @defaultValue `"info"` */
  readonly level?: LogLevel;
  /**
   * Taken out of every text, wherever they turn up. Those of fewer than 6 characters are not.
   * @defaultValue none
   */
  readonly secrets?: readonly string[];
  /**
   * Where the lines go. @defaultValue the standard output, written before the call returns, so
   * that a line is out when its process is killed
   */
  readonly destination?: DestinationStream;
}

/**
 * Lines of JSON with an ISO time, the level as a word, the program and its pid. Redaction is by
 * admission: a field that {@link LOG_FIELDS} does not list, and any structure, is replaced; texts
 * are scrubbed of URLs, credentials and the given secrets.
 */
export function createLogger(options: LoggerOptions): Logger {
  const {
    app,
    level = "info",
    secrets = [],
    destination = pino.destination({ sync: true }),
  } = options;
  const log = pino(
    {
      level,
      base: { app, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  return wrap(log, secretRemover(secrets));
}

type Clean = (text: string) => string;

function wrap(log: PinoLogger, removeSecrets: Clean): Logger {
  const clean: Clean = (text) => scrubText(removeSecrets(text));
  const write =
    (level: Exclude<LogLevel, "silent">): Write =>
    (fields, sentence) => {
      if (!log.isLevelEnabled(level)) return;
      try {
        log[level](admit(fields, clean, removeSecrets), clean(sentence));
      } catch {
        // A full disk must not stop the work that a line is about: it may stand for money.
      }
    };
  return {
    trace: write("trace"),
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    fatal: write("fatal"),
    child: (fields) => wrap(log.child(admit(fields, clean, removeSecrets)), removeSecrets),
  };
}

const ADMITTED: ReadonlySet<string> = new Set(LOG_FIELDS);

function admit(fields: LogFields, clean: Clean, removeSecrets: Clean): Record<string, unknown> {
  const admitted: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    if (name === "error") {
      // As text and back: that reaches every message of the chain.
      admitted[name] = JSON.parse(removeSecrets(JSON.stringify(errorFacts(value)))) as unknown;
    } else if (ADMITTED.has(name)) {
      admitted[name] = admitValue(value, clean);
    } else {
      admitted[name] = "[unlisted]";
    }
  }
  return admitted;
}

function admitValue(value: unknown, clean: Clean): unknown {
  if (typeof value === "string") return clean(value);
  if (value === null || typeof value === "number" || typeof value === "boolean") return value;
  return `[${typeof value}]`;
}
