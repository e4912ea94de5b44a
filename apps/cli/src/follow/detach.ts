import { EXIT_CODES } from "../exit-codes.ts";
import type { StopSignal, Surroundings } from "../surroundings.ts";

/** What listens for the signals that end a wait. */
export interface Detach {
  /** Aborted by the first signal: what runs is told to stop waiting. */
  readonly signal: AbortSignal;
  /** Which of the two it was; `interrupted` before any. */
  exitClass(): "interrupted" | "terminated";
  /** Gives the signals back. */
  end(): void;
}

/**
 * The first Ctrl-C or SIGTERM lets go of what is waited for; nothing is canceled. A second one ends
 * the program at once, should the first be stuck.
 */
export function detachOnSignal({ signals, exit }: Pick<Surroundings, "signals" | "exit">): Detach {
  const controller = new AbortController();
  let exitClass: "interrupted" | "terminated" = "interrupted";
  const onSignal = (name: StopSignal): void => {
    if (controller.signal.aborted) exit(EXIT_CODES[exitClass].code);
    exitClass = name === "SIGTERM" ? "terminated" : "interrupted";
    controller.abort();
  };
  signals.on("SIGINT", onSignal);
  signals.on("SIGTERM", onSignal);
  return {
    signal: controller.signal,
    exitClass: () => exitClass,
    end: () => {
      signals.off("SIGINT", onSignal);
      signals.off("SIGTERM", onSignal);
    },
  };
}
