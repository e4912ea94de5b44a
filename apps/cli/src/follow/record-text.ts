import { type GenerationJson, isAtRest } from "../gateway/record.ts";
import type { Colour, Paint } from "../output/paint.ts";
import { printable } from "../output/printable.ts";

/** A status is green once its video is there, yellow where a person has to look, red where it ended badly. */
export function statusColour(status: string): Colour {
  switch (status) {
    case "succeeded":
      return "green";
    case "failed":
      return "red";
    case "held":
    case "unconfirmed":
    case "canceled":
      return "yellow";
    default:
      return "cyan";
  }
}

/** What is told of a generation on its way, in parts: `running`, `attempt 2`, `42 %`. */
export function progressParts(record: GenerationJson, paint: Paint): string[] {
  const { status, attempts, task, cancel_requested_at: cancelRequestedAt } = record;
  const progress = task?.progress ?? null;
  const isOpen = !isAtRest(record);
  return [
    paint(statusColour(status), printable(status)),
    ...(attempts > 0 ? [`attempt ${attempts}`] : []),
    ...(isOpen && progress !== null ? [`${progress} %`] : []),
    ...(isOpen && cancelRequestedAt !== null ? ["cancel requested"] : []),
  ];
}

/** What a person should know about the end of a generation, in whole sentences; none for a success. */
export function endRemarks(record: GenerationJson): string[] {
  const { id, status, error, extra_task_ids: extraTaskIds } = record;
  const remarks: string[] = [];
  if (error !== null) {
    remarks.push(`${printable(error.code)}: ${printable(error.message)}`);
  }
  if (status === "held") {
    remarks.push(
      "A person must decide: it may have been paid for, so nothing is submitted again by itself.",
      `What happened and what you can do: apidot-queue explain ${printable(id)}`,
      `To give it up: apidot-queue cancel ${printable(id)}`,
    );
  }
  if (status === "failed" && error?.retryable === true) {
    remarks.push("The same request, submitted again as a new generation, may succeed.");
  }
  if (extraTaskIds.length > 0) {
    remarks.push(`It has ${extraTaskIds.length} more upstream tasks; each may have been paid.`);
  }
  return remarks;
}
