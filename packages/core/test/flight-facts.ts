import type { FlightFacts, HistoryEntry, SubmitTrace } from "../src/flight/index.ts";
import type { Generation, LifecycleEvent } from "../src/lifecycle/index.ts";
import { freshGeneration, NOW } from "./generation-fixtures.ts";
import type { History } from "./random-histories.ts";

/** The facts of an explanation, with parts of them replaced. */
export function flightFacts(
  generation: Generation,
  parts: Partial<Omit<FlightFacts, "stored">> & {
    readonly stored?: Partial<FlightFacts["stored"]>;
  },
): FlightFacts {
  const { stored, ...rest } = parts;
  return {
    now: NOW,
    history: [],
    reasons: [],
    lookAt: null,
    deadlineAt: generation.status === "running" ? generation.deadlineAt : null,
    awaitedLook: null,
    ...rest,
    stored: {
      generation,
      estimate: { credits: 36, catalogDate: "2026-06-14" },
      polls: { pollCount: 0, errorCount: 0, doubt: null, progress: null },
      message: null,
      retryOf: null,
      ...stored,
    },
  };
}

/** A line of the history for each change, behind the first one. */
export function linesOf(
  events: readonly LifecycleEvent[],
  trace: SubmitTrace | null = null,
): HistoryEntry[] {
  return [
    { kind: "enqueued", at: freshGeneration().createdAt },
    ...events.map((event): HistoryEntry => {
      const traced = trace === null ? {} : { trace };
      return { kind: "event", at: event.at, event, ...traced };
    }),
  ];
}

/** What an explanation of a random history is made of. */
export function factsOfHistory({ steps }: History): FlightFacts {
  const changes = steps.filter(({ result }) => result.kind === "changed");
  const generation = changes.at(-1)?.after ?? freshGeneration();
  return flightFacts(generation, { history: linesOf(changes.map(({ event }) => event)) });
}
