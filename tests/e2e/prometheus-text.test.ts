import { expect, it } from "vitest";

import { parsePrometheusText, total } from "./prometheus-text.ts";

const text = (...lines: readonly string[]): string => `${lines.join("\n")}\n`;
const COUNTER = ["# HELP a_total What it counts.", "# TYPE a_total counter"];
const HISTOGRAM = ["# HELP b_seconds How long.", "# TYPE b_seconds histogram"];
const BUCKETS = ['b_seconds_bucket{le="1"} 2', 'b_seconds_bucket{le="+Inf"} 3'];
const ENDS = ["b_seconds_sum 4.5", "b_seconds_count 3"];

it("a text of the format gives its samples", () => {
  const samples = parsePrometheusText(
    text(
      ...COUNTER,
      'a_total{lane="x"} 1',
      'a_total{lane="y"} 2',
      ...HISTOGRAM,
      ...BUCKETS,
      ...ENDS,
    ),
  );
  expect(samples).toHaveLength(6);
  expect(total(samples, "a_total")).toBe(3);
  expect(total(samples, "a_total", { lane: "y" })).toBe(2);
});

it.each([
  ["a metric without a type", text("# HELP a_total What.", "a_total 1")],
  ["a metric without help", text("# TYPE a_total counter", "a_total 1")],
  ["a type given twice", text(...COUNTER, "# TYPE a_total counter", "a_total 1")],
  ["a type behind its samples", text(...COUNTER, "a_total 1", "# HELP a_total Late.")],
  ["a series that comes twice", text(...COUNTER, 'a_total{x="1"} 1', 'a_total{x="1"} 1')],
  [
    "a family that is torn apart",
    text(...COUNTER, ...HISTOGRAM, 'a_total{x="1"} 1', ...BUCKETS, ...ENDS, 'a_total{x="2"} 1'),
  ],
  ["a value that is no number", text(...COUNTER, "a_total one")],
  ["a line without an end", text(...COUNTER, "a_total 1").trimEnd()],
  ["a histogram without its sum", text(...HISTOGRAM, ...BUCKETS, "b_seconds_count 3")],
  [
    "a histogram whose count is another",
    text(...HISTOGRAM, ...BUCKETS, "b_seconds_sum 4", "b_seconds_count 4"),
  ],
  ["a histogram without a last bucket", text(...HISTOGRAM, 'b_seconds_bucket{le="1"} 3', ...ENDS)],
  [
    "a histogram whose buckets fall",
    text(...HISTOGRAM, 'b_seconds_bucket{le="1"} 4', 'b_seconds_bucket{le="+Inf"} 3', ...ENDS),
  ],
])("%s is refused", (_, wrong) => {
  expect(() => parsePrometheusText(wrong)).toThrow();
});
