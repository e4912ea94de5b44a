import type { Status } from "@apidot-queue/core";

/** Shows how generations move, one line each. */
export interface LiveView {
  moved(id: string, status: Status): void;
  /** Leaves the last picture on the screen. */
  end(): void;
}

interface Row {
  readonly label: string;
  readonly path: Status[];
}

/** On a terminal the lines are redrawn in place; elsewhere each change is a line of its own. */
export function createLiveView(
  labels: ReadonlyMap<string, string>,
  output: NodeJS.WriteStream = process.stdout,
): LiveView {
  const rows = new Map<string, Row>([...labels].map(([id, label]) => [id, { label, path: [] }]));
  const width = Math.max(...[...labels.values()].map((label) => label.length));
  const lineOf = ({ label, path }: Row): string => `  ${label.padEnd(width)}  ${path.join(" → ")}`;
  let drawn = 0;

  const redraw = (): void => {
    if (drawn > 0) output.write(`\u001B[${drawn}A`);
    for (const row of rows.values()) output.write(`\u001B[2K${lineOf(row)}\n`);
    drawn = rows.size;
  };

  return {
    moved: (id, status) => {
      const row = rows.get(id);
      if (row === undefined || row.path.at(-1) === status) return;
      row.path.push(status);
      if (output.isTTY) redraw();
      else output.write(`${lineOf(row)}\n`);
    },
    end: () => output.write("\n"),
  };
}
