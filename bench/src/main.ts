import { availableParallelism } from "node:os";

import { AIMS, judge, type Pair } from "./aims.ts";
import { runPair } from "./rounds.ts";
import { FULL, QUICK, type Size } from "./sizes.ts";
import { resultTable } from "./table.ts";
import { WORKLOADS, type WorkloadName } from "./workloads.ts";

/**
 * `npm run bench [-- --quick] [-- <workload> …]`: every workload, product and reference in turns, and
 * one table. Whether an aim is met is said in the table; the exit code only tells whether it ran.
 */
const args = process.argv.slice(2);
const sizes = args.includes("--quick") ? QUICK : FULL;
const wanted = args.filter((arg) => !arg.startsWith("--"));
const all = Object.keys(WORKLOADS) as WorkloadName[];
const unknown = wanted.filter((name) => !all.some((one) => one === name));
if (unknown.length > 0) {
  console.error(`There is no workload ${unknown.join(", ")}. There are: ${all.join(", ")}.`);
  process.exit(2);
}

console.log(`Node ${process.versions.node}, ${availableParallelism()} cores.`);
console.log(
  "Rates depend on the machine and its neighbours; only ratios of one run mean anything.",
);

const pairs = new Map<WorkloadName, readonly Pair[]>();
for (const name of all) {
  if (wanted.length === 0 || wanted.includes(name))
    pairs.set(name, await measure(name, sizes[name]));
}
const rows = AIMS.flatMap((aim) => {
  const measured = pairs.get(aim.workload);
  return measured === undefined ? [] : [{ aim, result: judge(aim, measured) }];
});
console.log(`\n${resultTable(rows)}`);

async function measure(name: WorkloadName, size: Size): Promise<Pair[]> {
  const done: Pair[] = [];
  for (let round = 0; round < size.rounds; round += 1) {
    const pair = await runPair(name, size, round % 2 === 0);
    console.log(`${name}, round ${round + 1} of ${size.rounds}: ${describe(pair)}`);
    done.push(pair);
  }
  return done;
}

function describe({ product, reference }: Pair): string {
  return Object.keys(product)
    .map((figure) => {
      const ours = product[figure] ?? Number.NaN;
      const theirs = reference[figure] ?? Number.NaN;
      return `${figure} ${rounded(ours)} : ${rounded(theirs)} (${(ours / theirs).toFixed(2)} ×)`;
    })
    .join(", ");
}

function rounded(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(2);
}
