import { formatMistake } from "./variable.ts";
import type { Mistake } from "./variable.ts";

/** The environment, or what it points to, does not let the program start; its exit code is 78. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
  /** At least one. */
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly Mistake[], options?: ErrorOptions) {
    super(`[configuration] ${mistakes.map(formatMistake).join("; ")}`, options);
    this.mistakes = mistakes;
  }
}
