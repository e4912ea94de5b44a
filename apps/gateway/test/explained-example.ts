import { explain, flightWords } from "@apidot-queue/core";
import type { JournalConnection } from "@apidot-queue/journal";
import { buildNewGeneration, openClockedJournal } from "@apidot-queue/testkit";

import { explanationJson } from "../src/explanation-json.ts";

const LIMITS = {
  sendWithinMs: 2_000,
  answerWithinMs: 50_000,
  submitDeadlineMs: 0,
  policy: "resubmit" as const,
};

/** The id of the example in the documents. */
const ID = "default_01kat5k3v8q2x7m4n9p0r1s2t3";

/**
 * The story of docs/explain.md, lived through on a real journal: nothing was listening at the first
 * attempt, the second got no answer, the third met a gateway's own error page.
 */
export async function explainedExample(
  redis: JournalConnection,
): Promise<{ readonly words: string; readonly json: unknown }> {
  const clocked = await openClockedJournal(redis);
  const { journal } = clocked;
  const generation = buildNewGeneration(journal.lane);
  await journal.enqueue([generation]);
  const { id } = generation;
  const begin = async (fence: string) => {
    const begun = await journal.begin(id, fence, LIMITS);
    if (begun.kind !== "begun") throw new Error("not begun");
    return begun.attempt;
  };
  await clocked.advance(40);
  const first = await begin("0a1b2c3d");
  await clocked.advance(6);
  const refused = { httpStatus: null, detail: "connect_refused" };
  await journal.requeue(first, "not_sent", 380, refused);
  await clocked.advance(402);
  const second = await begin("1b2c3d4e");
  await clocked.advance(45_003);
  const silent = { httpStatus: null, detail: "request_timeout" };
  await journal.unconfirm(second, "answer_lost", 5_000, silent);
  await clocked.advance(5_000);
  await journal.endGrace(id, "resubmit", 2);
  await clocked.advance(12);
  const third = await begin("2c3d4e5f");
  await clocked.advance(180);
  const page = { httpStatus: 502, detail: "foreign_5xx" };
  await journal.unconfirm(third, "answer_lost", 20_000, page);
  await clocked.advance(20_000);
  await journal.endGrace(id, "resubmit", 2);
  await clocked.advance(600_000);
  const flight = await journal.flight(id);
  if (flight === null) throw new Error("not stored");
  const record = explain(flight);
  const named = (text: string): string =>
    text.replaceAll(id, ID).replaceAll(journal.lane, "default");
  return {
    words: named(flightWords(record)),
    json: JSON.parse(named(JSON.stringify(explanationJson(record)))) as unknown,
  };
}
