import { paidAttempts } from "../lifecycle/generation.ts";
import { submits as countWords } from "./cause-words.ts";
import type { FlightFacts, FlightMoney, FlightSubmit } from "./flight-record.ts";
import { isInFlight } from "./submits.ts";

/** What may have been paid. Counted from the record: that one is whole, whatever the history is. */
export function moneyOf({ stored }: FlightFacts, submits: readonly FlightSubmit[]): FlightMoney {
  const { generation, estimate } = stored;
  const mayBePaidCount =
    paidAttempts(generation) + generation.extraTaskIds.length + (isInFlight(generation) ? 1 : 0);
  const attempts = submits.filter(({ mayBePaid }) => mayBePaid).map(({ attempt }) => attempt);
  const atMostCredits = estimate === null ? null : estimate.credits * mayBePaidCount;
  return {
    estimatedCredits: estimate?.credits ?? null,
    catalogDate: estimate?.catalogDate ?? null,
    mayBePaidCount,
    attempts,
    extraTaskIds: generation.extraTaskIds,
    atMostCredits,
    words: [paidWords(mayBePaidCount, attempts), priceWords(atMostCredits, estimate)]
      .filter((text) => text !== "")
      .join(" "),
  };
}

function paidWords(count: number, attempts: readonly number[]): string {
  if (count === 0) return "Nothing of it can have been paid.";
  const which =
    attempts.length === 0
      ? ""
      : ` (${attempts.length === 1 ? "attempt" : "attempts"} ${attempts.join(", ")})`;
  const begin = countWords(count);
  return `${begin.charAt(0).toUpperCase()}${begin.slice(1)} may be paid${which}.`;
}

function priceWords(
  atMostCredits: number | null,
  estimate: FlightFacts["stored"]["estimate"],
): string {
  if (atMostCredits === 0) return "";
  if (estimate === null) return "The catalog has no price for its model.";
  return `At most about ${atMostCredits} credits by the catalog of ${estimate.catalogDate}: an estimate, never the bill.`;
}
