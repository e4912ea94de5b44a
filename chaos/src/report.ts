import type { Outcome } from "./run-variant.ts";

const EXAMPLES = 5;

/** @returns whether the product kept what it promises. */
export function isClean({ verdict, badEnds }: Outcome): boolean {
  return badEnds.length === 0 && verdict.findings.every(({ against }) => against.length === 0);
}

/** Writes down what was done and what came of it, a table and the counter-examples. */
export function report(outcome: Outcome): string {
  const { variant, trouble, verdict, statuses, badEnds } = outcome;
  const rows: [string, string | number][] = [
    ...[...trouble.kills].map(([kind, count]): [string, number] => [`SIGKILL of a ${kind}`, count]),
    ["restarts of Redis", trouble.redisRestarts],
    ["enqueues acknowledged", outcome.acknowledged],
    ["enqueues repeated with the same key", outcome.repeated],
    ["submits that reached the upstream", outcome.submits],
    ["tasks that the upstream accepted", outcome.accepted],
    ["generations", [...statuses].map(([status, count]) => `${count} ${status}`).join(", ")],
    ["submits whose answer was lost", verdict.ambiguous],
    ["generations paid twice or more", verdict.paidTwice],
    ["payments beyond the first", verdict.extraPayments],
    ["of these no callback could prevent", verdict.excused.length],
    ...verdict.findings.map(({ question, against }): [string, number] => [
      question,
      against.length,
    ]),
    ["processes that did not drain", badEnds.length],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    `${variant.name}: ${isClean(outcome) ? "the books balance" : "THE BOOKS DO NOT BALANCE"}`,
    ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
    ...verdict.excused.map((line) => `  excused: ${line}`),
    ...verdict.findings.flatMap(({ question, against }) =>
      against.slice(0, EXAMPLES).map((line) => `  ${question}: ${line}`),
    ),
    ...badEnds.map((line) => `  did not drain: ${line}`),
  ].join("\n");
}

/** All of a run in one line. */
export function summary(outcomes: readonly Outcome[]): string {
  const sum = (count: (outcome: Outcome) => number): number =>
    outcomes.reduce((total, outcome) => total + count(outcome), 0);
  const kills = sum(({ trouble }) => [...trouble.kills.values()].reduce((all, n) => all + n, 0));
  const against = sum(({ verdict }) =>
    verdict.findings.reduce((all, finding) => all + finding.against.length, 0),
  );
  return [
    `${kills} kills`,
    `${sum(({ trouble }) => trouble.redisRestarts)} restarts of Redis`,
    `${sum(({ acknowledged }) => acknowledged)} acknowledged`,
    `${against} against the promises`,
  ].join(", ");
}
