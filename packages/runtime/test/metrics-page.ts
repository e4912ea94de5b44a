import { readDoc, tableOf } from "../../core/test/markdown.ts";

/** One row of the table of metrics in `docs/metrics.md`. */
interface MetricRow {
  readonly name: string;
  readonly type: string;
  readonly unit: string;
  readonly labels: readonly string[];
  readonly countedBy: readonly string[];
  /** Which of `max` and `sum` tells the whole. */
  readonly over: string;
  readonly meaning: string;
}

/** What `docs/metrics.md` says of our metrics, as a program reads it. */
export interface MetricsPage {
  readonly text: string;
  readonly rows: readonly MetricRow[];
  /** The values of the labels that have a closed set of them, by `<label> of <metric's whole name>`. */
  readonly values: Readonly<Record<string, readonly string[]>>;
}

/** Reads the page. */
export function readMetricsPage(): MetricsPage {
  const text = readDoc("metrics.md");
  const rows = tableOf(text, HEADER).map(
    ([name = "", type = "", unit = "", labels = "", countedBy = "", over = "", meaning = ""]) => ({
      name,
      type,
      unit,
      labels: labels === "none" ? [] : labels.split(", "),
      countedBy: countedBy.split(", "),
      over,
      meaning,
    }),
  );
  const listed = tableOf(text, ["label", "in", "values"]).map(
    ([label = "", metric = "", values = ""]) =>
      [keyOf(label, metric), values.replaceAll("`", "").replace("empty", "").split(", ")] as const,
  );
  // Those that take explaining have a table each.
  const explained = [...text.matchAll(/^\| (\w+) of (\w+) \| meaning \|$/gm)].map(
    ([, label = "", metric = ""]) => {
      const table = tableOf(text, [`${label} of ${metric}`, "meaning"]);
      return [keyOf(label, metric), table.map(([value = ""]) => value)] as const;
    },
  );
  return { text, rows, values: Object.fromEntries([...listed, ...explained]) };
}

const HEADER = ["metric", "type", "unit", "labels", "counted by", "over processes", "meaning"];

function keyOf(label: string, metric: string): string {
  return `${label} of apidot_queue_${metric}`;
}
