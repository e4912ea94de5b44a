import { Counter, Gauge } from "prom-client";
import type { Registry } from "prom-client";

import { journalZeros } from "./journal-zeros.ts";
import { JOURNAL_METRICS, JOURNAL_READ_FAILURES } from "./metric-table.ts";
import type { MetricFacts } from "./metric-table.ts";

/** One number of the journal, with the labels of its metric. */
export interface JournalCounter {
  readonly metric: keyof typeof JOURNAL_METRICS;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** All numbers of the journal. */
export type JournalCounters = readonly JournalCounter[];

/** Redis may hang, and a scrape must not. */
const READ_LIMIT_MS = 3_000;

/**
 * Serves the journal's counters from `registry`, read anew at each scrape. When a read fails or
 * takes longer than the limit, the scrape goes on without them and says so in a counter: a gap is
 * honest, an old number is not. Called again for the same registry it changes nothing, so that
 * several apps of one process can share it.
 *
 * @param limitMs - how long one read may take. Default: 3000
 */
export function collectFromJournal(
  registry: Registry,
  read: () => Promise<JournalCounters>,
  limitMs: number = READ_LIMIT_MS,
): void {
  if (registry.getSingleMetric(JOURNAL_READ_FAILURES.name) !== undefined) return;
  const failures = new Counter({
    ...naming(JOURNAL_READ_FAILURES),
    // Waits with the others, so that a failure shows in the very scrape that it leaves empty.
    collect: async () => void (await readOnce()),
  });
  registry.registerMetric(failures);
  // The metrics of one scrape ask at the same moment and share one read.
  let pending: Promise<JournalCounters | null> | null = null;
  const readOnce = (): Promise<JournalCounters | null> => {
    pending ??= within(limitMs, read)
      .then((counters) => [...journalZeros(counters), ...counters])
      .catch(() => {
        failures.inc();
        return null;
      })
      .finally(() => (pending = null));
    return pending;
  };

  for (const [key, facts] of Object.entries<MetricFacts>(JOURNAL_METRICS)) {
    const options = {
      ...naming(facts),
      async collect(this: Counter | Gauge) {
        const counters = await readOnce();
        this.reset();
        for (const counter of counters ?? []) {
          if (counter.metric === key && isShowable(counter, facts)) {
            this.inc(counter.labels, counter.value);
          }
        }
      },
    };
    registry.registerMetric(facts.kind === "gauge" ? new Gauge(options) : new Counter(options));
  }
}

/** On no registry yet: by default they would be on the global one. */
function naming({ name, help, labels }: MetricFacts) {
  return { name, help, labelNames: [...labels], registers: [] };
}

/** A number or a label that the metric cannot hold must not spoil the whole scrape. */
function isShowable({ labels, value }: JournalCounter, facts: MetricFacts): boolean {
  const known: readonly string[] = facts.labels;
  return (
    Number.isFinite(value) && value >= 0 && Object.keys(labels).every((l) => known.includes(l))
  );
}

function within<T>(limitMs: number, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("took too long")), limitMs);
    const settle = (): void => clearTimeout(timer);
    Promise.resolve().then(work).then(resolve, reject).finally(settle);
  });
}
