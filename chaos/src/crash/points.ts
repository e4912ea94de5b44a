import type { Break } from "../broken/break-source.ts";

/** What happens to the process that reaches a crash point. */
export type Blow =
  /** SIGKILL, by itself, on that line. */
  | "kill"
  /** SIGTERM: it goes on and has to finish what it holds. */
  | "term"
  /** Its event loop stands still, longer than the queue trusts it, while another worker takes over. */
  | "block"
  /** It lives, and Redis is killed and started again under it. */
  | "redis";

/** A process that is made to suffer. */
type Victim =
  | "producer"
  | "submit-worker"
  | "status-worker"
  | "rescuer"
  | "gateway"
  | "notify-worker";

/** One place at which a process may end. */
export interface CrashPoint {
  /** As the protocol counts them. */
  readonly id: string;
  readonly says: string;
  readonly victim: Victim;
  /** The blow falls before this line of a compiled file; `to` stands there instead from then on. */
  readonly at: Omit<Break, "to"> & Partial<Break>;
  /** The blow falls so long after that line was reached, milliseconds. */
  readonly afterMs?: number;
  /** What the upstream does with the submit, as docs/emulator.md names it. */
  readonly fault?: "hang_before" | "hang_after";
  /** Whether it exists only where the upstream calls back. @defaultValue false */
  readonly needsCallbacks?: boolean;
  /** What it may come to under `hold` after a kill, where only one thing is right. */
  readonly underHold: "succeeded" | "held";
}

const SUBMIT = "apps/submit-worker/dist/submit-generation.js";
const POLL = "apps/status-worker/dist/poll-task.js";
const RECEIVE = "apps/gateway/dist/callbacks/receive-callback.js";
const LOOK = "apps/status-worker/dist/look-at-task.js";
const DELIVER = "apps/notify-worker/dist/deliver.js";
const STORE = "packages/producer/dist/store.js";
/** Long enough for an answer on loopback to arrive, or for bytes to leave. */
const ON_ITS_WAY_MS = 150;

const BEGIN = "const begun = await parts.journal.begin(";
const SEND = "const report = await parts.upstream.submit(";

/**
 * C24 is a race without a line.
 */
export const CRASH_POINTS: readonly CrashPoint[] = [
  {
    id: "C1",
    says: "before the record",
    victim: "producer",
    at: { file: STORE, from: "const stored = await this.onDisk(() => journal.enqueue(group)" },
    underHold: "succeeded",
  },
  {
    id: "C2",
    says: "record, no job",
    victim: "producer",
    at: { file: STORE, from: "this.#addHintsBehind(group, stored);" },
    underHold: "succeeded",
  },
  {
    id: "C3",
    says: "job, answer lost",
    victim: "producer",
    at: {
      file: "packages/producer/dist/enqueuer.js",
      from: "return this.#recordOf(stored, generation, call);",
    },
    underHold: "succeeded",
  },
  {
    id: "C4",
    says: "taken, before begin",
    victim: "submit-worker",
    at: { file: SUBMIT, from: BEGIN },
    underHold: "succeeded",
  },
  {
    id: "C5",
    says: "begin's reply lost",
    victim: "submit-worker",
    at: {
      file: SUBMIT,
      from: BEGIN,
      // Sent, and never answered as far as the handler knows.
      to: "const begun = await globalThis.crashAfter((...args) => parts.journal.begin(...args))(",
    },
    underHold: "held",
  },
  {
    id: "C6",
    says: "begun, not sent",
    victim: "submit-worker",
    at: { file: SUBMIT, from: SEND },
    underHold: "held",
  },
  {
    id: "C7",
    says: "begun, not known to be on disk",
    victim: "submit-worker",
    at: { file: SUBMIT, from: 'return "kind" in asked ? asked :' },
    underHold: "held",
  },
  {
    id: "C8",
    says: "mid-connect",
    victim: "submit-worker",
    at: {
      file: "packages/upstream/dist/connector.js",
      from: "if (socket instanceof Socket)\n                connecting.add(socket);",
    },
    underHold: "held",
  },
  {
    id: "C9",
    says: "bytes out, not committed",
    victim: "submit-worker",
    at: { file: SUBMIT, from: SEND },
    afterMs: ON_ITS_WAY_MS,
    fault: "hang_before",
    underHold: "held",
  },
  {
    id: "C10",
    says: "committed, no answer",
    victim: "submit-worker",
    at: { file: SUBMIT, from: SEND },
    afterMs: ON_ITS_WAY_MS,
    fault: "hang_after",
    underHold: "held",
  },
  {
    id: "C11",
    says: "answer read, not stored",
    victim: "submit-worker",
    at: { file: SUBMIT, from: "quietly(() => parts.observer.answered(" },
    underHold: "held",
  },
  {
    id: "C12",
    says: "stored, not known to be on disk",
    victim: "submit-worker",
    at: { file: SUBMIT, from: 'if (decision.kind === "accept" && !(await isOnDisk(' },
    underHold: "succeeded",
  },
  {
    id: "C13",
    says: "stored with its poll, nothing told",
    victim: "submit-worker",
    at: { file: SUBMIT, from: "quietly(() => parts.observer.recorded(" },
    underHold: "succeeded",
  },
  {
    id: "C14",
    says: "stored, job not completed",
    victim: "submit-worker",
    at: { file: "packages/queue/dist/submit-consumer.js", from: "switch (disposition.kind) {" },
    underHold: "succeeded",
  },
  {
    id: "C15a",
    says: "poll claimed, before the GET",
    victim: "status-worker",
    at: { file: POLL, from: "const report = await askWithQuickRetries(" },
    underHold: "succeeded",
  },
  {
    id: "C15b",
    says: "status read, not stored",
    victim: "status-worker",
    at: { file: POLL, from: "const outcome = await record(poll, decision, parts.journal);" },
    underHold: "succeeded",
  },
  {
    id: "C15c",
    says: "status stored, nothing told",
    victim: "status-worker",
    at: { file: POLL, from: "parts.observer.polled(" },
    underHold: "succeeded",
  },
  {
    id: "C15d",
    says: "task of a callback seen, not bound",
    victim: "status-worker",
    at: { file: LOOK, from: "const confirmed = await journal.confirm(" },
    fault: "hang_after",
    needsCallbacks: true,
    underHold: "succeeded",
  },
  {
    id: "C16",
    says: "callback received, not stored",
    victim: "gateway",
    at: { file: RECEIVE, from: "noted = await note(subject, taskId);" },
    fault: "hang_after",
    needsCallbacks: true,
    underHold: "succeeded",
  },
  {
    id: "C17",
    says: "callback stored, 2xx lost",
    victim: "gateway",
    at: { file: RECEIVE, from: "count(noted);" },
    fault: "hang_after",
    needsCallbacks: true,
    underHold: "succeeded",
  },
  {
    id: "C18",
    says: "settled and planned, nobody told",
    victim: "notify-worker",
    at: { file: DELIVER, from: "const report = await sender.send(" },
    underHold: "succeeded",
  },
  {
    id: "C19",
    says: "caller told, not marked",
    victim: "notify-worker",
    at: { file: DELIVER, from: "await journal.noteDelivery(notification, report" },
    underHold: "succeeded",
  },
  {
    id: "C23",
    says: "a rescuer in the middle of its batch",
    victim: "rescuer",
    at: {
      file: "packages/rescuer/dist/unconfirm-silent-attempts.js",
      from: 'if (outcome.kind === "changed")',
    },
    fault: "hang_after",
    underHold: "held",
  },
];

/** @returns whether the blow makes sense there; C20 is `block`, C21 `redis`, C22 `term`. */
export function canSuffer({ id, victim }: CrashPoint, blow: Blow): boolean {
  if (blow === "kill") return true;
  // A rescuer and a poll hold nothing that a stop would have to finish.
  if (victim !== "submit-worker") return false;
  if (blow === "redis") return id !== "C9" && id !== "C10";
  // There the kill comes a moment after the line: what happens meanwhile is not stopped by either.
  return id !== "C5" && id !== "C9" && id !== "C10";
}
