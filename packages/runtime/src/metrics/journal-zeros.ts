import { combinations } from "./begin-at-zero.ts";
import type { JournalCounter, JournalCounters } from "./journal-counters.ts";
import { JOURNAL_METRICS } from "./metric-table.ts";

/**
 * What the journal has not counted yet, as zeros: the ends and the credits of every model of which
 * something was enqueued. `increase` does not see the first event of a series that appears with it.
 */
export function journalZeros(counters: JournalCounters): JournalCounters {
  return counters
    .filter(({ metric, labels }) => metric === "enqueued" && isWhole(labels))
    .flatMap(({ labels }): readonly JournalCounter[] => [
      { metric: "credits", labels, value: 0 },
      ...combinations(JOURNAL_METRICS.settled, labels)
        .filter(({ status, reason }) => (status === "failed") === (reason !== ""))
        .map((ends): JournalCounter => ({ metric: "settled", labels: ends, value: 0 })),
    ]);
}

function isWhole(labels: JournalCounter["labels"]): boolean {
  return JOURNAL_METRICS.enqueued.labels.every((label) => label in labels);
}
