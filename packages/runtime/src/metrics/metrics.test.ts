import { FAILED_REASONS } from "@apidot-queue/core";
import { describe, expect, test } from "vitest";

import { beginAtZero } from "./begin-at-zero.ts";
import { createMetrics } from "./create-metrics.ts";
import { Registry } from "./index.ts";
import { collectFromJournal } from "./journal-counters.ts";
import type { JournalCounters } from "./journal-counters.ts";
import { JOURNAL_METRICS, JOURNAL_READ_FAILURES, PROCESS_METRICS } from "./metric-table.ts";
import type { MetricFacts } from "./metric-table.ts";
import { collectProcessMetrics } from "./process-defaults.ts";

const ALL: MetricFacts[] = [
  ...Object.values<MetricFacts>(PROCESS_METRICS),
  ...Object.values<MetricFacts>(JOURNAL_METRICS),
  JOURNAL_READ_FAILURES,
];

/** The lines of samples, without comments. */
async function samples(registry: Registry): Promise<string[]> {
  return (await registry.metrics())
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
}

describe("names", () => {
  test("follow Prometheus: counters end in _total, durations in _seconds, gauges in neither", () => {
    for (const { name, kind } of ALL) {
      expect(name.endsWith("_total"), name).toBe(kind === "counter");
      if (kind === "histogram") expect(name).toMatch(/_seconds$/);
      expect(name).toMatch(/^apidot_queue_[a-z_]+$/);
    }
  });

  test("stand once", () => {
    expect(new Set(ALL.map(({ name }) => name)).size).toBe(ALL.length);
  });

  test("histograms have rising buckets that reach from seconds to an hour for a generation", () => {
    for (const { name, kind, buckets } of ALL) {
      expect(buckets !== undefined, name).toBe(kind === "histogram");
      if (buckets === undefined) continue;
      expect([...buckets], name).toEqual([...new Set(buckets)].sort((a, b) => a - b));
    }
    const { buckets } = PROCESS_METRICS.generationDuration;
    expect(buckets[0]).toBeLessThan(10);
    expect(buckets.at(-1)).toBe(3_600);
  });
});

describe("the metrics of a process", () => {
  test("are counted under their labels", async () => {
    const registry = new Registry();
    const metrics = createMetrics(registry);
    metrics.submits.inc({ lane: "default", outcome: "accepted" });
    metrics.submitsNotSent.inc({ lane: "default", reason: "connect_refused" });
    metrics.beginRefused.inc({ lane: "default", reason: "paced" });
    metrics.polls.inc({ outcome: "running" }, 3);
    metrics.upstreamRequests.inc({ call: "submit", code: "200" });
    metrics.rescued.inc({ kind: "hint" });
    metrics.generationDuration.observe({ model: "veo3.1-fast", status: "succeeded" }, 61);
    metrics.submitDuration.observe(0.2);
    metrics.pollDelay.observe(0.2);
    metrics.timeToSettle.observe(7_000);
    const lines = await samples(registry);
    expect(lines).toEqual(
      expect.arrayContaining([
        'apidot_queue_submits_total{lane="default",outcome="accepted"} 1',
        'apidot_queue_submits_not_sent_total{lane="default",reason="connect_refused"} 1',
        'apidot_queue_begin_refused_total{lane="default",reason="paced"} 1',
        'apidot_queue_polls_total{outcome="running"} 3',
        'apidot_queue_upstream_requests_total{call="submit",code="200"} 1',
        'apidot_queue_rescued_total{kind="hint"} 1',
        'apidot_queue_generation_duration_seconds_bucket{le="60",model="veo3.1-fast",status="succeeded"} 0',
        'apidot_queue_generation_duration_seconds_bucket{le="90",model="veo3.1-fast",status="succeeded"} 1',
        'apidot_queue_time_to_settle_seconds_bucket{le="7200"} 1',
      ]),
    );
  });

  test("refuse a label that is not theirs", () => {
    const { polls } = createMetrics(new Registry());
    // @ts-expect-error a label that would hold an id
    expect(() => polls.inc({ generationId: "default_01" })).toThrow(/label/);
  });

  test("begin at zero, each series of a closed set, and keep what was counted before", async () => {
    const registry = new Registry();
    const metrics = createMetrics(registry);
    metrics.submits.inc({ lane: "default", outcome: "ambiguous" });
    beginAtZero(metrics, ["submits", "rescued"], { lane: "default" });
    const lines = await samples(registry);
    const { outcome } = PROCESS_METRICS.submits.values;
    const { kind } = PROCESS_METRICS.rescued.values;
    expect(lines).toEqual(
      expect.arrayContaining([
        ...outcome.map(
          (value) =>
            `apidot_queue_submits_total{lane="default",outcome="${value}"} ${value === "ambiguous" ? 1 : 0}`,
        ),
        ...kind.map((value) => `apidot_queue_rescued_total{kind="${value}"} 0`),
      ]),
    );
    expect(lines.filter((line) => line.includes("submits_total{"))).toHaveLength(outcome.length);
  });

  test("cannot begin at zero where the values are not known", () => {
    const metrics = createMetrics(new Registry());
    expect(() => beginAtZero(metrics, ["submits"])).toThrow(/lane/);
    expect(() => beginAtZero(metrics, ["upstreamRequests"])).toThrow(/code/);
  });

  test("are apart in two registries and the same in one", async () => {
    const [one, other] = [new Registry(), new Registry()];
    createMetrics(one).polls.inc({ outcome: "running" });
    createMetrics(one).polls.inc({ outcome: "running" });
    createMetrics(other);
    expect(await samples(one)).toContain('apidot_queue_polls_total{outcome="running"} 2');
    expect((await samples(other)).join("\n")).not.toContain("outcome=");
  });
});

describe("the journal's counters", () => {
  const COUNTERS: JournalCounters = [
    { metric: "enqueued", labels: { lane: "default", model: "veo3.1-fast" }, value: 7 },
    {
      metric: "settled",
      labels: { lane: "default", model: "veo3.1-fast", status: "failed", reason: "timed_out" },
      value: 1,
    },
    { metric: "credits", labels: { lane: "default", model: "veo3.1-fast" }, value: 180 },
    { metric: "generations", labels: { lane: "default", status: "running" }, value: 2 },
  ];
  const JOURNAL_LINES = [
    'apidot_queue_generations_enqueued_total{lane="default",model="veo3.1-fast"} 7',
    'apidot_queue_generations_settled_total{lane="default",model="veo3.1-fast",status="failed",reason="timed_out"} 1',
    'apidot_queue_credits_total{lane="default",model="veo3.1-fast"} 180',
    'apidot_queue_generations{lane="default",status="running"} 2',
  ];

  test("are read once per scrape and shown as they stand, not summed up", async () => {
    const registry = new Registry();
    let reads = 0;
    collectFromJournal(registry, () => {
      reads += 1;
      return Promise.resolve(COUNTERS);
    });
    for (let scrape = 1; scrape <= 3; scrape += 1) {
      expect(await samples(registry)).toEqual(expect.arrayContaining(JOURNAL_LINES));
      expect(reads).toBe(scrape);
    }
  });

  test("begin at zero: credits and every end of a model that was enqueued", async () => {
    const registry = new Registry();
    collectFromJournal(registry, () => Promise.resolve(COUNTERS.slice(0, 1)));
    const labels = 'lane="default",model="veo3.1-fast"';
    const settled = (status: string, reason: string): string =>
      `apidot_queue_generations_settled_total{${labels},status="${status}",reason="${reason}"} 0`;
    const lines = await samples(registry);
    expect(lines.filter((line) => line.includes("settled") || line.includes("credits"))).toEqual([
      settled("succeeded", ""),
      ...FAILED_REASONS.map((reason) => settled("failed", reason)),
      settled("canceled", ""),
      `apidot_queue_credits_total{${labels}} 0`,
    ]);
  });

  test("a failing read leaves them out, keeps the rest and shows in the same scrape", async () => {
    const registry = new Registry();
    createMetrics(registry).polls.inc({ outcome: "running" });
    let isDown = false;
    collectFromJournal(registry, () =>
      isDown ? Promise.reject(new Error("redis away")) : Promise.resolve(COUNTERS),
    );
    expect(await samples(registry)).toContain("apidot_queue_journal_read_failures_total 0");
    isDown = true;
    const during = await samples(registry);
    expect(during).toContain("apidot_queue_journal_read_failures_total 1");
    expect(during).toContain('apidot_queue_polls_total{outcome="running"} 1');
    expect(during.join("\n")).not.toContain("apidot_queue_generations");
    isDown = false;
    const after = await samples(registry);
    expect(after).toEqual(expect.arrayContaining(JOURNAL_LINES));
    expect(after).toContain("apidot_queue_journal_read_failures_total 1");
  });

  test("a read that throws at once or never ends fails too", async () => {
    for (const read of [
      () => {
        throw new Error("at once");
      },
      () => new Promise<JournalCounters>(() => undefined),
    ]) {
      const registry = new Registry();
      collectFromJournal(registry, read, 5);
      expect(await samples(registry)).toContain("apidot_queue_journal_read_failures_total 1");
    }
  });

  test("a number that cannot be shown does not spoil the others", async () => {
    const registry = new Registry();
    collectFromJournal(registry, () =>
      Promise.resolve([
        { metric: "enqueued", labels: { id: "default_01" }, value: 1 },
        { metric: "credits", labels: {}, value: Number.NaN },
        { metric: "credits", labels: {}, value: -1 },
        ...COUNTERS,
      ]),
    );
    const lines = await samples(registry);
    expect(lines).toEqual(expect.arrayContaining(JOURNAL_LINES));
    expect(lines.join("\n")).not.toContain("default_01");
  });

  test("several apps of one process share one collector", async () => {
    const registry = new Registry();
    collectFromJournal(registry, () => Promise.resolve(COUNTERS));
    collectFromJournal(registry, () => Promise.resolve([]));
    expect(await samples(registry)).toEqual(expect.arrayContaining(JOURNAL_LINES));
  });
});

test("process and event loop are on one registry only", async () => {
  const [one, other] = [new Registry(), new Registry()];
  expect(collectProcessMetrics(one)).toBe(true);
  expect(collectProcessMetrics(one)).toBe(false);
  expect(collectProcessMetrics(other)).toBe(false);
  const text = (await samples(one)).join("\n");
  expect(text).toContain("process_cpu_seconds_total");
  expect(text).toContain("nodejs_eventloop_lag_p99_seconds");
  expect(await samples(other)).toEqual([]);
});
