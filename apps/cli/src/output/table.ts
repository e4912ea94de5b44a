/** One cell: its text, and how it looks once its width is known. */
export interface Cell {
  readonly text: string;
  readonly paint?: (text: string) => string;
}

/**
 * Lines of a table whose columns are as wide as their widest cell. The widths of a table that comes
 * in pages grow with each page and never shrink.
 */
export function createTable(headings: readonly string[]): {
  /** The heading, once, with the first rows; then rows alone. */
  readonly lines: (rows: readonly (readonly Cell[])[]) => string[];
} {
  const widths = headings.map((heading) => heading.length);
  let isHeaded = false;

  const line = (cells: readonly Cell[]): string => {
    const last = cells.length - 1;
    return cells
      .map(({ text, paint = same }, column) => {
        // Painted after it was measured: escape codes have no width. The last one ends the line.
        const gap = column === last ? "" : " ".repeat((widths[column] ?? 0) - text.length);
        return paint(text) + gap;
      })
      .join("  ")
      .trimEnd();
  };

  return {
    lines: (rows) => {
      for (const [column, width] of widths.entries()) {
        widths[column] = Math.max(width, ...rows.map((row) => row[column]?.text.length ?? 0));
      }
      const heading = isHeaded ? [] : [line(headings.map((text) => ({ text })))];
      isHeaded = true;
      return [...heading, ...rows.map(line)];
    },
  };
}

function same(text: string): string {
  return text;
}
