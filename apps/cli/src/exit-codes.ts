/** What an exit code says, beside its number. */
interface ExitCodeFacts {
  readonly code: number;
  /** One clause for people. */
  readonly meaning: string;
}

/**
 * Every way in which the command line ends: a closed list, by class, for scripts. A number never
 * changes its meaning. `--help` shows the list, and `docs/cli.md` has the same; a test compares.
 */
export const EXIT_CODES = {
  ok: { code: 0, meaning: "done" },
  unsuccessful: {
    code: 1,
    meaning: "ended otherwise: it failed or was canceled, a cancel came too late, a check failed",
  },
  usage: { code: 2, meaning: "the command line cannot be read" },
  invalid: { code: 3, meaning: "the request is refused as it is; nothing was stored" },
  notFound: { code: 4, meaning: "no such generation" },
  held: { code: 5, meaning: "held: a person must decide" },
  unavailable: { code: 6, meaning: "the gateway or its Redis is away; nothing was changed" },
  waitTimedOut: { code: 7, meaning: "the wait timed out or was cut off; the generation goes on" },
  unknown: {
    code: 8,
    meaning: "whether it was stored or changed is not known; repeating it is safe as told",
  },
  refused: { code: 9, meaning: "the gateway does not let this caller in" },
  internal: { code: 70, meaning: "a fault of the command line itself" },
  configuration: { code: 78, meaning: "the environment is wrong" },
  interrupted: { code: 130, meaning: "Ctrl-C; what was submitted goes on" },
  terminated: { code: 143, meaning: "SIGTERM; what was submitted goes on" },
} as const satisfies Record<string, ExitCodeFacts>;

/** The class of an end. */
export type ExitClass = keyof typeof EXIT_CODES;

/** @returns the number that the process ends with. */
export function exitCodeOf(name: ExitClass): number {
  return EXIT_CODES[name].code;
}

/** From the one that most needs a look to the one that needs none. */
const GRAVEST_FIRST = ["held", "unsuccessful", "notFound", "waitTimedOut", "ok"] as const;

/** How one of several generations ended. */
export type WaitEnd = (typeof GRAVEST_FIRST)[number];

/** @returns the class that stands for all; `ok` for none. */
export function gravest(ends: readonly WaitEnd[]): WaitEnd {
  return GRAVEST_FIRST.find((end) => ends.includes(end)) ?? "ok";
}
