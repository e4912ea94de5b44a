import { readdirSync, readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { tableOf } from "../../../core/test/markdown.ts";
import { readMetricsPage } from "../../test/metrics-page.ts";
import { readRules } from "../../test/prometheus-rules.ts";
import {
  BEGIN_REFUSALS,
  CALL_ENDS,
  NOT_SENT_REASONS,
  POLL_OUTCOMES,
  RESCUE_KINDS,
  SUBMIT_OUTCOMES,
} from "./label-values.ts";
import { JOURNAL_METRICS, JOURNAL_READ_FAILURES, PROCESS_METRICS } from "./metric-table.ts";
import type { MetricFacts } from "./metric-table.ts";

const { text: PAGE, rows, values } = readMetricsPage();
const ALL: readonly MetricFacts[] = [
  ...Object.values<MetricFacts>(JOURNAL_METRICS),
  ...Object.values<MetricFacts>(PROCESS_METRICS),
  JOURNAL_READ_FAILURES,
];
const UPSTREAM = new URL("../../../upstream/src/", import.meta.url);
/** It does not let everything go that it might send. */
const SUBMIT = new URL("../../../../apps/submit-worker/src/submit-generation.ts", import.meta.url);

describe("docs/metrics.md", () => {
  test("has every metric with its type, unit, labels, origin and meaning, and no other", () => {
    expect(rows).toEqual(
      ALL.map(({ name, kind, unit, labels, countedBy, help }) => ({
        name,
        type: kind,
        unit,
        labels,
        countedBy,
        over: countedBy.includes("journal") ? "max" : "sum",
        meaning: help,
      })),
    );
  });

  test("names the labels that there are, and no other", () => {
    const [, named = ""] = /no other labels than these eight: (.+?)\. /.exec(PAGE) ?? [];
    const used = new Set(ALL.flatMap(({ labels }) => labels));
    expect(named.replaceAll("`", "").split(", ").toSorted()).toEqual([...used].toSorted());
  });

  test("has the values of each label that has a closed set of them, and no other", () => {
    const closed = ALL.flatMap(({ name, values: sets = {} }) =>
      Object.entries(sets).map(([label, set]) => [`${label} of ${name}`, set]),
    );
    expect(values).toEqual(Object.fromEntries(closed));
  });

  test("has what may stand in the place of an HTTP status, and no other", () => {
    const table = tableOf(PAGE, ["other code of upstream_requests_total", "meaning"]);
    const others = table.map(([code]) => code);
    expect([...NOT_SENT_REASONS, ...others]).toEqual([...CALL_ENDS]);
  });

  test("has every recording, and no other", () => {
    const listed = tableOf(PAGE, ["recording", "of"]).map(([record, of]) => [record, of]);
    const recorded = readRules().recordings.map(({ record }) => [
      record,
      record.replace(/^fleet:(.*):max$/, "$1"),
    ]);
    expect(listed).toEqual(recorded);
    const journal = Object.values(JOURNAL_METRICS).map(({ name }): string => name);
    expect(new Set(recorded.map(([, of]) => of))).toEqual(new Set(journal));
  });

  test("has every alert with its severity and its patience, and no other", () => {
    const listed = tableOf(PAGE, ["alert", "severity", "for", "what to do"]);
    expect(listed.map((row) => row.slice(0, 3))).toEqual(
      readRules().alerts.map((rule) => [rule.alert, rule.labels.severity, rule.for ?? "none"]),
    );
    for (const [alert, , , advice] of listed) expect(advice, alert).toMatch(/^[A-Z0-9].*\.$/);
  });
});

describe("the ends of a call", () => {
  const sources = readdirSync(UPSTREAM)
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => readFileSync(new URL(name, UPSTREAM), "utf8"));

  test("are words that the upstream client or the submit worker says", () => {
    const text = [...sources, readFileSync(SUBMIT, "utf8")].join("");
    expect(CALL_ENDS.filter((word) => !text.includes(`"${word}"`))).toEqual([]);
  });

  test("are all that it says", () => {
    const network = readFileSync(new URL("failure-detail.ts", UPSTREAM), "utf8");
    const said = [
      ...[...network.matchAll(/(?:: |, |\?\? )"([a-z_]+)"/g)].map(([, word]) => word),
      ...sources.flatMap((text) =>
        [...text.matchAll(/(?:detail: |#stop\(|#end\()"([a-z_]+)"/g)].map(([, word]) => word),
      ),
    ];
    expect(said.length).toBeGreaterThan(20);
    expect(said.filter((word) => !CALL_ENDS.some((known) => known === word))).toEqual([]);
  });
});

test("the refusals of an attempt are words that the journal says", () => {
  const lua = readFileSync(new URL("../../../journal/lua/begin.lua", import.meta.url), "utf8");
  expect(BEGIN_REFUSALS.filter((word) => !lua.includes(`'${word}'`))).toEqual([]);
});

test("every closed set has its words once, in snake_case", () => {
  for (const set of [SUBMIT_OUTCOMES, POLL_OUTCOMES, BEGIN_REFUSALS, RESCUE_KINDS, CALL_ENDS]) {
    expect(new Set<string>(set).size).toBe(set.length);
    for (const word of set) expect(word).toMatch(/^[a-z]+(_[a-z]+)*$/);
  }
});
