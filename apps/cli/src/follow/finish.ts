import { type ExitClass, gravest, type WaitEnd } from "../exit-codes.ts";
import { type GenerationJson, isAtRest } from "../gateway/record.ts";
import type { Output } from "../output/output.ts";
import { printable } from "../output/printable.ts";
import { type FollowEnd, goOn } from "./follow.ts";
import { endRemarks } from "./record-text.ts";

/**
 * Tells how a wait ended: the URLs of the files as the result, one a line and behind their id where
 * there are several generations; everything else beside it.
 *
 * @param signalled - the class when a signal ended the wait
 * @returns the class that stands for all of them
 */
export function finish(
  end: FollowEnd,
  missing: ReadonlySet<string>,
  output: Output,
  signalled: "interrupted" | "terminated",
): ExitClass {
  const { records } = end;
  const open: string[] = [];
  const ends: WaitEnd[] = [];
  for (const [id, record] of records) {
    const waitEnd = missing.has(id) ? "notFound" : endOf(record);
    ends.push(waitEnd);
    if (waitEnd === "waitTimedOut") open.push(id);
    if (waitEnd === "notFound") output.note(`${printable(id)}  no such generation`);
    if (record === null) continue;
    for (const { url } of record.files) {
      output.line(records.size === 1 ? printable(url) : `${printable(id)}\t${printable(url)}`);
    }
    if (!isAtRest(record)) continue;
    for (const remark of endRemarks(record)) output.note(`  ${remark}`);
  }
  if (open.length === 0) return gravest(ends);
  const what = end.kind === "timed_out" ? "the wait timed out" : "let go of the wait";
  const these = open.length === 1 ? "the generation goes on" : `${open.length} generations go on`;
  output.note(`${what}; ${these}, nothing was canceled`);
  for (const line of goOn(open)) output.note(line);
  return end.kind === "timed_out" ? gravest(ends) : signalled;
}

function endOf(record: GenerationJson | null): WaitEnd {
  if (record === null || !isAtRest(record)) return "waitTimedOut";
  if (record.status === "held") return "held";
  return record.status === "succeeded" ? "ok" : "unsuccessful";
}
