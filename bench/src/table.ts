import type { Aim, Result } from "./aims.ts";

/** The results as a Markdown table. */
export function resultTable(
  rows: readonly { readonly aim: Aim; readonly result: Result }[],
): string {
  const head = ["", "product", "reference", "ratio", "aim", ""];
  const cells = rows.map(({ aim, result }) => [
    aim.title,
    result.product.toFixed(aim.digits),
    result.reference.toFixed(aim.digits),
    result.ratio.toFixed(2),
    bound(aim),
    verdict(result),
  ]);
  const widths = head.map((title, at) =>
    Math.max(3, title.length, ...cells.map((row) => row[at]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join(" | ")} |`;
  const rule = widths.map((width, at) =>
    at === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`,
  );
  return [line(head), line(rule), ...cells.map(line)].join("\n");
}

function verdict({ isMet }: Result): string {
  if (isMet === null) return "";
  return isMet ? "met" : "**missed**";
}

function bound({ on, atLeast, atMost }: Aim): string {
  if (atLeast === undefined && atMost === undefined) return "";
  const sign = atLeast === undefined ? `≤ ${atMost ?? ""}` : `≥ ${atLeast}`;
  return on === "ratio" ? `${sign} ×` : sign;
}
