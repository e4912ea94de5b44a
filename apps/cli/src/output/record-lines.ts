import { progressParts } from "../follow/record-text.ts";
import type { GenerationJson } from "../gateway/record.ts";
import { creditsText } from "./credits.ts";
import type { Paint } from "./paint.ts";
import { printable } from "./printable.ts";

/** @returns what a record says, a fact a line; what does not exist has none. */
export function recordLines(record: GenerationJson, paint: Paint): string[] {
  const { task, files, credits } = record;
  const facts: readonly (readonly [string, string | null])[] = [
    ["id", record.id],
    ["model", record.model],
    ["lane", record.lane],
    ["user", record.user_id],
    ["prompt", textOf(record["input"], "prompt")],
    ["created", record.created_at],
    ["submitted", textOf(record, "submitted_at")],
    ["settled", textOf(record, "settled_at")],
    ["task", task?.id ?? null],
    ["credits", creditsText(credits.estimated, credits.catalog_date)],
    ...files.map(({ url, type }) => [type, url] as const),
  ];
  return [
    `${"status".padEnd(WIDTH)}${progressParts(record, paint).join(", ")}`,
    ...facts.flatMap(([name, value]) =>
      value === null ? [] : [`${printable(name).padEnd(WIDTH)}${printable(value)}`],
    ),
  ];
}

const WIDTH = 11;

function textOf(value: unknown, key: string): string | null {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return null;
  const member: unknown = Reflect.get(value, key);
  return typeof member === "string" ? member : null;
}
