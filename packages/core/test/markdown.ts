import { readFileSync } from "node:fs";

/** @returns the text of a page below `docs/`. */
export function readDoc(name: string): string {
  return readFileSync(new URL(`../../../docs/${name}`, import.meta.url), "utf8");
}

/**
 * @param header - the first cells of the table's header
 * @returns the rows of the one table of a page that begins with `header`, without code marks
 */
export function tableOf(page: string, header: readonly string[]): readonly (readonly string[])[] {
  const lines = page.split("\n");
  const starts = lines.flatMap((line, index) => {
    const cells = cellsOf(line);
    return header.every((title, column) => cells[column] === title) ? [index] : [];
  });
  const [start] = starts;
  if (start === undefined || starts.length > 1) {
    throw new Error(`the page has ${starts.length} tables that begin with ${header.join(", ")}`);
  }
  const rest = lines.slice(start + 2);
  const end = rest.findIndex((line) => !line.startsWith("|"));
  return rest.slice(0, end < 0 ? rest.length : end).map(cellsOf);
}

function cellsOf(line: string): readonly string[] {
  return line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim().replace(/^`(.*)`$/, "$1"));
}
