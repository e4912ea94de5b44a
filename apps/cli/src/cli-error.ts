import type { ExitClass } from "./exit-codes.ts";

/** One wrong flag or field, for people and, with its pointer, for programs. */
export interface WrongInput {
  /** As it stands on the command line, such as `--image (2nd)`. */
  readonly label: string;
  /** RFC 6901, into the body that would have been sent. */
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

/** What an error carries beside its message. */
export interface CliErrorDetails {
  readonly wrong?: readonly WrongInput[];
  /** Lines that say how to go on. */
  readonly advice?: readonly string[];
  /** The key with which a repeated submit finds what this one may have stored. */
  readonly idempotencyKey?: string;
  readonly generationId?: string;
  readonly cause?: unknown;
}

/** An end that is not `ok`: what happened, for whoever reads it, and the class of its exit code. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly exitClass: ExitClass;
  readonly details: CliErrorDetails;

  /** @param message - one sentence, without a full stop at its end */
  constructor(exitClass: ExitClass, message: string, details: CliErrorDetails = {}) {
    super(message, details.cause === undefined ? {} : { cause: details.cause });
    this.exitClass = exitClass;
    this.details = details;
  }
}
