import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";

import { ROOT } from "./node-process.ts";

it("every benchmark runs, product beside reference, and ends in one table", async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["bench/dist/main.js", "--quick"],
    { cwd: ROOT },
  );
  const rows = stdout.split("\n").filter((line) => line.startsWith("| "));
  expect(rows).toHaveLength(21);
  for (const row of rows.slice(2)) {
    const [, , product, reference, ratio] = row.split("|").map((cell) => cell.trim());
    for (const figure of [product, reference, ratio]) expect(Number(figure)).toBeGreaterThan(0);
  }
}, 180_000);
