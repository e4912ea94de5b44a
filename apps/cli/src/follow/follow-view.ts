import type { GenerationJson } from "../gateway/record.ts";
import { isAtRest } from "../gateway/record.ts";
import { formatClock } from "../output/duration.ts";
import { createLiveLine } from "../output/live-line.ts";
import { createPaint } from "../output/paint.ts";
import { printable } from "../output/printable.ts";
import type { Surroundings } from "../surroundings.ts";
import { progressParts } from "./record-text.ts";

/** Shows a wait on the error output. */
export interface FollowView {
  readonly record: (record: GenerationJson) => void;
  /** A line of its own, above the live one. */
  readonly note: (text: string) => void;
  /** Leaves the last state of a single generation on the screen. */
  readonly end: () => void;
}

/** The clock of the live line moves this often, milliseconds. */
const TICK_MS = 1_000;
const SEPARATOR = " · ";

/**
 * On a terminal one live line: of one generation its status, attempt, progress and the time since
 * the wait began; of several how many are where. Elsewhere a line for each change of a status, an
 * attempt or a cancel request: progress alone would fill a log.
 *
 * @param idCount - how many generations are followed
 */
export function createFollowView(
  { stderr, env, now }: Pick<Surroundings, "stderr" | "env" | "now">,
  idCount: number,
): FollowView {
  const live = createLiveLine(stderr, env["TERM"] === "dumb");
  const paint = createPaint(stderr, env);
  const startedAt = now();
  const latest = new Map<string, GenerationJson>();
  const printed = new Map<string, string>();

  const summary = (): string => {
    const elapsed = formatClock(now() - startedAt);
    const [first] = latest.values();
    // Unpainted: the line is cut to the terminal's width, and colours have none.
    const plain = (_: string, text: string): string => text;
    if (idCount === 1) {
      if (first === undefined) return elapsed;
      return [...progressParts(first, plain), elapsed, printable(first.id)].join(SEPARATOR);
    }
    const open = [...latest.values()].filter((record) => !isAtRest(record));
    const unread = idCount - latest.size;
    const counts = new Map<string, number>();
    for (const { status } of open) counts.set(status, (counts.get(status) ?? 0) + 1);
    const where = [...counts].map(([status, count]) => `${count} ${printable(status)}`);
    return [`${open.length + unread} of ${idCount} open`, ...where, elapsed].join(SEPARATOR);
  };

  const redraw = (): void => live.show(summary());
  const timer = live.isLive ? setInterval(redraw, TICK_MS) : null;
  timer?.unref();

  const print = (text: string): void => {
    live.clear();
    stderr.write(`${text}\n`);
  };

  return {
    record: (record) => {
      latest.set(record.id, record);
      const isShownLive = live.isLive && idCount === 1;
      const key = [record.status, record.attempts, record.cancel_requested_at].join(" ");
      if (!isShownLive && printed.get(record.id) !== key) {
        printed.set(record.id, key);
        print([printable(record.id), ...progressParts(record, paint)].join("  "));
      }
      redraw();
    },
    note: (text) => {
      print(text);
      redraw();
    },
    end: () => {
      if (timer !== null) clearInterval(timer);
      if (live.isLive && idCount === 1 && latest.size > 0) print(summary());
      live.clear();
    },
  };
}
