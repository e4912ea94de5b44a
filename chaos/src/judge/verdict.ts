import { type BookedGeneration, isAtRest } from "./books.ts";
import type { LedgerLine } from "./ledger.ts";

/** What is promised of second payments. */
export type Promised =
  /** None at all. */
  | { readonly kind: "hold" }
  /** One for each submit whose answer was lost, and never more than `maxPaidAttempts`. */
  | { readonly kind: "resubmit"; readonly maxPaidAttempts: number }
  /** None, but where the callback of the first one did not arrive within the grace. */
  | { readonly kind: "callbacks"; readonly maxPaidAttempts: number; readonly graceMs: number };

/** Everything that is known of a run. */
export interface Evidence {
  readonly promised: Promised;
  /** Ids that a caller was given with a 202. */
  readonly acknowledged: readonly string[];
  readonly books: readonly BookedGeneration[];
  readonly ledger: readonly LedgerLine[];
}

/** One question, and what speaks against the product. */
interface Finding {
  readonly question: string;
  /** A sentence for each counter-example; the answer is good when there is none. */
  readonly against: readonly string[];
}

/** The join of the books and the ledger. */
export interface Verdict {
  readonly findings: readonly Finding[];
  /** Generations that were paid for more than once. */
  readonly paidTwice: number;
  /** Payments beyond the first of each generation. */
  readonly extraPayments: number;
  /** Extra payments that no callback could prevent, one sentence each. */
  readonly excused: readonly string[];
  /** Submits whose answer was lost, as the product admits. */
  readonly ambiguous: number;
}

/** What the ledger says of the generation with this prompt. */
interface Account {
  readonly submits: number;
  readonly accepted: readonly LedgerLine[];
}

/**
 * Judges a run. It knows the keys of Redis and the ledger of the upstream and no code of the
 * product, so that a mistake of the product cannot hide itself.
 */
export function judge({ promised, acknowledged, books, ledger }: Evidence): Verdict {
  const accounts = accountsOf(ledger);
  const accountOf = (g: BookedGeneration): Account =>
    accounts.get(g.prompt) ?? { submits: 0, accepted: [] };
  const ends = new Map(
    ledger.flatMap(({ event, taskId, code }) =>
      event === "settled" && taskId !== null ? [[taskId, code] as const] : [],
    ),
  );
  const stored = new Set(books.map(({ id }) => id));
  const prompts = new Set(books.map(({ prompt }) => prompt));
  const payments = books.flatMap((g) => paymentsOf(g, accountOf(g), promised, ledger));
  const each = (look: (g: BookedGeneration, account: Account) => string[]): string[] =>
    books.flatMap((g) => look(g, accountOf(g)));

  return {
    paidTwice: books.filter((g) => accountOf(g).accepted.length > 1).length,
    extraPayments: payments.length,
    excused: payments.flatMap(({ excuse }) => (excuse === null ? [] : [excuse])),
    ambiguous: books.reduce((sum, g) => sum + g.answersLost, 0),
    findings: [
      {
        question: "acknowledged and lost",
        against: acknowledged.filter((id) => !stored.has(id)),
      },
      {
        question: "neither settled nor held",
        against: each((g) => (isAtRest(g) ? [] : [`${g.id} is ${g.status}`])),
      },
      {
        question: "paid twice against the promise",
        against: payments.flatMap(({ reproach }) => (reproach === null ? [] : [reproach])),
      },
      {
        question: "more submits than attempts",
        against: each((g, { submits }) =>
          submits > g.attempts ? [`${g.id}: ${submits} submits in ${g.attempts} attempts`] : [],
        ),
      },
      {
        question: "tasks of no generation",
        against: [
          ...[...accounts].flatMap(([prompt, { accepted }]) =>
            prompts.has(prompt) ? [] : accepted.map(({ taskId }) => String(taskId)),
          ),
          ...each((g, account) => unlinked(g, account, promised, ledger)),
        ],
      },
      {
        question: "tasks that nobody accepted",
        against: each((g, { accepted }) =>
          g.tasks
            .filter((task) => !accepted.some(({ taskId }) => taskId === task))
            .map((task) => `${g.id} has ${task}`),
        ),
      },
      {
        question: "tasks of two generations",
        against: repeated(books.flatMap(({ tasks }) => tasks)),
      },
      {
        question: "settled against the upstream's end",
        against: each((g) => contradictedEnd(g, ends)),
      },
      {
        question: "failed as invalid though it may be paid",
        against: each((g) =>
          g.reason === "invalid_request" && g.status === "failed" && g.unresolved > 0 ? [g.id] : [],
        ),
      },
    ],
  };
}

function accountsOf(ledger: readonly LedgerLine[]): ReadonlyMap<string, Account> {
  const accounts = new Map<string, { submits: number; accepted: LedgerLine[] }>();
  for (const line of ledger) {
    if (line.prompt === null || (line.event !== "submit" && line.event !== "accepted")) continue;
    const account = accounts.get(line.prompt) ?? { submits: 0, accepted: [] };
    accounts.set(line.prompt, account);
    if (line.event === "submit") account.submits += 1;
    else account.accepted.push(line);
  }
  return accounts;
}

/** A payment beyond the first: either a broken promise or one that is excused, or allowed. */
interface ExtraPayment {
  readonly reproach: string | null;
  readonly excuse: string | null;
}

function paymentsOf(
  g: BookedGeneration,
  { accepted }: Account,
  promised: Promised,
  ledger: readonly LedgerLine[],
): ExtraPayment[] {
  return accepted.slice(1).map((line, index) => {
    const nth = index + 2;
    const said = `${g.id} was paid for a ${nth}. time as ${line.taskId}`;
    if (promised.kind === "hold") return { reproach: said, excuse: null };
    if (nth > promised.maxPaidAttempts || nth > 1 + g.answersLost) {
      return { reproach: `${said}, with ${g.answersLost} lost answers`, excuse: null };
    }
    if (promised.kind === "resubmit") return { reproach: null, excuse: null };
    const earlier = accepted[index];
    if (earlier !== undefined && calledBack(earlier, promised.graceMs, ledger)) {
      return { reproach: `${said}, though ${earlier.taskId} had called back`, excuse: null };
    }
    return {
      reproach: null,
      excuse: `${said}: no callback of ${earlier?.taskId} within the grace`,
    };
  });
}

/** Whether a callback of the task got a 2xx within the grace after it was accepted. */
function calledBack(
  { taskId, at }: LedgerLine,
  graceMs: number,
  ledger: readonly LedgerLine[],
): boolean {
  return ledger.some(
    (line) =>
      line.event === "callback" &&
      line.taskId === taskId &&
      line.code !== null &&
      line.code >= 200 &&
      line.code < 300 &&
      line.at <= at + graceMs,
  );
}

/** Tasks that the generation does not know, beyond the attempts that it admits to be in doubt. */
function unlinked(
  g: BookedGeneration,
  { accepted }: Account,
  promised: Promised,
  ledger: readonly LedgerLine[],
): string[] {
  const unknown = accepted.filter(({ taskId }) => !g.tasks.includes(String(taskId)));
  if (promised.kind === "callbacks") {
    return unknown
      .filter((line) => calledBack(line, Number.POSITIVE_INFINITY, ledger))
      .map(({ taskId }) => `${g.id} does not know ${taskId}, which called back`);
  }
  return unknown.length > g.unresolved
    ? [`${g.id} does not know ${unknown.length} tasks and admits ${g.unresolved}`]
    : [];
}

const FINISHED = 200;
const FAILED = 500;

function contradictedEnd(g: BookedGeneration, ends: ReadonlyMap<string, number | null>): string[] {
  const codes = g.tasks.map((task) => ends.get(task));
  if (g.status === "succeeded" && !codes.includes(FINISHED)) {
    return [`${g.id} succeeded, and no task of it finished`];
  }
  if (g.status === "failed" && g.reason === "generation_failed" && !codes.includes(FAILED)) {
    return [`${g.id} failed, and no task of it failed`];
  }
  return [];
}

function repeated(values: readonly string[]): string[] {
  const seen = new Set<string>();
  const again = new Set<string>();
  for (const value of values) (seen.has(value) ? again : seen).add(value);
  return [...again];
}
