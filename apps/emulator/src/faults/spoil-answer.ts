import type { Answer, Envelope } from "../http/answer.ts";
import { errorEnvelope } from "../http/api-error.ts";
import type { ShapeFault, SpoilingFault } from "./fault-slot.ts";

/** A little over 1 MiB, the usual limit of a careful client. */
const HUGE_BYTES = 1_100_000;

/** The honest answer as a fault lets it out. */
export function spoilAnswer(honest: Answer, rule: SpoilingFault): Answer {
  switch (rule.kind) {
    case "reset_after":
      return { ...honest, delivery: "reset" };
    case "hang_after":
      return { ...honest, delivery: "hang" };
    case "truncate":
      return { ...honest, delivery: "half_then_close" };
    case "garbage":
      return { ...honest, body: "upstream connect ok {{{ not json" };
    case "huge": {
      const { data, ...rest } = envelopeOf(honest);
      const padding = "x".repeat(rule.bytes ?? HUGE_BYTES);
      return { ...honest, body: { ...rest, data: { ...data, padding } } };
    }
    case "task_id_with_error": {
      const code = rule.status ?? 500;
      const { task_id: taskId } = envelopeOf(honest).data ?? {};
      const body = { ...errorEnvelope(code, rule), data: { task_id: taskId } };
      return { ...honest, status: rule.in_200 === true ? 200 : code, body };
    }
  }
  return rule satisfies never;
}

/** The honest answer in a shape that is seen, or feared, but not documented. */
export function shapeAnswer(honest: Answer, rule: ShapeFault): Answer {
  const envelope = envelopeOf(honest);
  switch (rule.kind) {
    case "code_zero":
      return { ...honest, body: { ...envelope, code: 0 } };
    case "no_code": {
      const { code: _code, ...body } = envelope;
      return { ...honest, body };
    }
    case "no_task_id":
      return withData(honest, ({ task_id: _taskId, ...data }) => data);
    case "no_progress":
      return withData(honest, ({ progress: _progress, ...data }) => data);
    case "unknown_status":
      return withData(honest, ({ output: _output, ...data }) => ({
        ...data,
        status: rule.status ?? "paused",
      }));
    case "files_top":
      return withData(honest, ({ output, ...data }) => ({ ...data, ...asObject(output) }));
  }
  return rule satisfies never;
}

type Data = Readonly<Record<string, unknown>>;

function withData(honest: Answer, change: (data: Data) => Data): Answer {
  const envelope = envelopeOf(honest);
  return { ...honest, body: { ...envelope, data: change(envelope.data ?? {}) } };
}

function envelopeOf({ body }: Answer): Envelope {
  return typeof body === "string" ? {} : body;
}

function asObject(value: unknown): object {
  return typeof value === "object" && value !== null ? value : {};
}
