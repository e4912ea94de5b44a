import type { SubmitTrace } from "@apidot-queue/core";

const STATUS = /^[1-9]\d{2}$/;
/** A constant of ours: nothing that came from outside looks like it by chance. */
const DETAIL = /^[a-z][a-z0-9_]{0,39}$/;
/** Begins the last word of a line that has a trace. */
const MARK = "~";

/** @returns the word that stands for a trace in the history: `402`, `reset`, `502:foreign_5xx`. */
export function writeTrace(trace: SubmitTrace | null): string {
  if (trace === null) return "";
  const { httpStatus, detail } = trace;
  const parts = [httpStatus === null ? "" : String(httpStatus), detail ?? ""];
  return parts.filter((part) => STATUS.test(part) || DETAIL.test(part)).join(":");
}

/** Takes the trace off the end of a line's words. */
export function splitTrace(words: readonly string[]): {
  readonly words: readonly string[];
  readonly trace: SubmitTrace | null;
} {
  const last = words.at(-1);
  if (last === undefined || !last.startsWith(MARK)) return { words, trace: null };
  const parts = last.slice(MARK.length).split(":");
  const status = parts.find((part) => STATUS.test(part));
  const trace = {
    httpStatus: status === undefined ? null : Number(status),
    detail: parts.find((part) => DETAIL.test(part)) ?? null,
  };
  return { words: words.slice(0, -1), trace };
}
