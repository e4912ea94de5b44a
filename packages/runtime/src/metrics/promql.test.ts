import { describe, expect, test } from "vitest";

import { readDoc } from "../../../core/test/markdown.ts";
import { readPrometheusConfig, readRules } from "../../test/prometheus-rules.ts";
import { readPromql } from "../../test/promql.ts";
import { JOURNAL_METRICS, JOURNAL_READ_FAILURES, PROCESS_METRICS } from "./metric-table.ts";
import type { MetricFacts } from "./metric-table.ts";

/** The labels of a series, and the values of those that have a closed set. */
interface Series {
  readonly labels: readonly string[];
  readonly values: Readonly<Record<string, readonly string[]>>;
}

const { recordings, alerts } = readRules();
const jobs = readPrometheusConfig().scrape_configs.map(({ job_name: name }) => name);
/** Prometheus adds these to all that it scrapes. */
const TARGET = { labels: ["job", "instance"], values: { job: jobs } };

function seriesOf(facts: MetricFacts): readonly (readonly [string, Series])[] {
  const { name, kind, labels, values = {} } = facts;
  const one = {
    labels: [...labels, ...TARGET.labels],
    values: { ...(values as Series["values"]), ...TARGET.values },
  };
  if (kind !== "histogram") return [[name, one]];
  const bucket = { ...one, labels: [...one.labels, "le"] };
  return [
    [`${name}_bucket`, bucket],
    [`${name}_sum`, one],
    [`${name}_count`, one],
  ];
}

const SERIES = new Map<string, Series>([
  ...[
    ...Object.values<MetricFacts>(PROCESS_METRICS),
    ...Object.values<MetricFacts>(JOURNAL_METRICS),
    JOURNAL_READ_FAILURES,
  ].flatMap(seriesOf),
  ["up", TARGET],
  ["nodejs_eventloop_lag_p99_seconds", TARGET],
]);
for (const { record, expr } of recordings) {
  const { metrics, grouping } = readPromql(expr);
  SERIES.set(record, { labels: grouping, values: SERIES.get(metrics[0] ?? "")?.values ?? {} });
}

/** What an expression names that is not there. */
function mistakesOf(expression: string): readonly string[] {
  const { metrics, matchers, grouping } = readPromql(expression);
  const unknown = metrics.filter((name) => !SERIES.has(name));
  const lacking = metrics.flatMap((name) =>
    grouping
      .filter((label) => SERIES.get(name)?.labels.includes(label) === false)
      .map((label) => `${name} has no ${label}`),
  );
  const wrong = matchers.flatMap(({ metric, label, values }) => {
    const series = SERIES.get(metric);
    if (series?.labels.includes(label) !== true) return [`${metric} has no ${label}`];
    const known = series.values[label];
    const others = values.filter((value) => known?.includes(value) === false);
    return others.map((value) => `${label} of ${metric} is never ${value}`);
  });
  return [...unknown, ...lacking, ...wrong];
}

describe("mistakes in an expression are found:", () => {
  test.each([
    ["sum(apidot_queue_poll_total)", ["apidot_queue_poll_total"]],
    ["sum by (lane) (apidot_queue_polls_total)", ["apidot_queue_polls_total has no lane"]],
    [
      'rate(apidot_queue_polls_total{outcome=~"finished|done"}[5m] offset 1h)',
      ["outcome of apidot_queue_polls_total is never done"],
    ],
    [
      'apidot_queue_polls_total{lane="x"} or up{job="gateways"}',
      ["apidot_queue_polls_total has no lane", "job of up is never gateways"],
    ],
    ["apidot_queue_poll_delay_seconds", ["apidot_queue_poll_delay_seconds"]],
  ])("%s", (expression, mistakes) => {
    expect(mistakesOf(expression)).toEqual(mistakes);
  });
});

describe("deploy/prometheus/rules.yml", () => {
  test("records each journal metric once, with all of its labels", () => {
    const expected = Object.values(JOURNAL_METRICS).map(({ name, labels }) => ({
      record: `fleet:${name}:max`,
      expr: `max by (${labels.join(", ")}) (${name})`,
    }));
    expect([...recordings].toSorted(byRecord)).toEqual(expected.toSorted(byRecord));
  });

  test.each(alerts.map((rule) => [rule.alert, rule] as const))(
    "%s names metrics, labels and values that are there",
    (_, rule) => {
      expect(readPromql(rule.expr).metrics).not.toEqual([]);
      expect(mistakesOf(rule.expr)).toEqual([]);
      const { grouping } = readPromql(rule.expr);
      const shown = [...rule.annotations.summary.matchAll(/\$labels\.(\w+)/g)];
      for (const [, label] of shown) expect(grouping).toContain(label);
      expect(["critical", "warning"]).toContain(rule.labels.severity);
    },
  );
});

describe("docs/metrics.md", () => {
  const blocks = [...readDoc("metrics.md").matchAll(/^```promql\n(.*?)^```$/gms)];

  test.each(blocks.map(([, block = ""]) => block.trim()))("%s", (block) => {
    expect(readPromql(block).metrics).not.toEqual([]);
    expect(mistakesOf(block)).toEqual([]);
  });

  test("never adds up what every process shows whole", () => {
    const raw = Object.values(JOURNAL_METRICS).map(({ name }) => name as string);
    const expressions = [...blocks.map(([, block = ""]) => block), ...alerts.map((a) => a.expr)];
    const used = expressions.flatMap((expression) => readPromql(expression).metrics);
    expect(used.filter((name) => raw.includes(name))).toEqual([]);
  });

  test("asks about every metric", () => {
    const used = blocks.flatMap(([, block = ""]) => readPromql(block).metrics).join(" ");
    const asked = (name: string): boolean => used.includes(name);
    const names = [...Object.values(JOURNAL_METRICS), ...Object.values(PROCESS_METRICS)];
    const left = names.map(({ name }) => name).filter((name) => !asked(name));
    // What they are for is an alert.
    expect(left.filter((name) => !alerts.some(({ expr }) => expr.includes(name)))).toEqual([]);
  });
});

function byRecord(a: { readonly record: string }, b: { readonly record: string }): number {
  return a.record < b.record ? -1 : 1;
}
