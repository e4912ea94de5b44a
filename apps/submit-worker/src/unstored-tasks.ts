import {
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import type { AttemptOf, Journal } from "@apidot-queue/journal";
import type { DiskWait } from "@apidot-queue/redis";
import type { Logger } from "@apidot-queue/runtime";
import { z } from "zod";

/** A task that was accepted, paid for, and could not be stored before the process had to end. */
interface UnstoredTask {
  readonly attempt: AttemptOf;
  readonly taskId: string;
}

/** Keeps such tasks in a file of the lane until the next start. Nothing of a request is in it. */
export interface UnstoredTasks {
  /** Appends one and waits for the disk; a process that ends has no other chance. Never throws. */
  keep(task: UnstoredTask): void;
  /**
   * Stores what an earlier process kept, and puts the file aside once all of it is on disk. Harmless
   * when it is repeated, by several processes too. A task whose generation this Redis does not know
   * stays in the file.
   */
  restore(
    journal: Journal,
    times: Parameters<Journal["accept"]>[2],
    disk: Pick<DiskWait, "mark" | "until">,
  ): Promise<void>;
}

/** Relative to where the process runs, as all data of ours. */
const FOLDER = ".data";

const line = z.strictObject({
  id: z.string(),
  attempt: z.int().min(1),
  fence: z.string(),
  task_id: z.string().min(1),
});

/** @returns the unstored tasks of a lane. */
export function openUnstoredTasks(lane: string, logger: Logger, folder = FOLDER): UnstoredTasks {
  const file = join(folder, `unstored-${lane}.jsonl`);
  return {
    keep: ({ attempt: { id, attempt, fence }, taskId }) => {
      const facts = { generationId: id, attempt, taskId, path: file };
      try {
        mkdirSync(folder, { recursive: true });
        // Behind a line that was cut short it is one of its own all the same.
        appendToDisk(file, `\n${JSON.stringify({ id, attempt, fence, task_id: taskId })}\n`);
        logger.error(facts, "task kept in a file: it could not be stored before the end");
      } catch (error) {
        // This line is all that is left of it.
        logger.fatal({ ...facts, error }, "task lost: it could be stored nowhere");
      }
    },

    restore: async (journal, times, disk) => {
      let text = readText(file, logger);
      let isAside = false;
      while (text !== null) {
        const mark = disk.mark();
        const unknownCount = await storeAll(readTasks(text, file, logger), journal, times, logger);
        if (unknownCount > 0) {
          logger.warn(
            { path: file, count: unknownCount },
            "tasks of no generation stay in the file",
          );
          return;
        }
        await disk.until(mark);
        if (isAside) return;
        // A process that ends meanwhile may have added one.
        const stored = text;
        text = readText(file, logger);
        if (text !== stored) continue;
        // So it may between that look and this step.
        const aside = putAside(file);
        text = aside === null ? null : readText(aside, logger);
        if (text === stored) return;
        isAside = true;
      }
    },
  };
}

/** @returns how many are of no generation that the journal knows. */
async function storeAll(
  tasks: readonly UnstoredTask[],
  journal: Journal,
  times: Parameters<Journal["accept"]>[2],
  logger: Logger,
): Promise<number> {
  let unknownCount = 0;
  for (const { attempt, taskId } of tasks) {
    const outcome = await journal.accept(attempt, taskId, times);
    const reason = outcome.kind === "ignored" ? outcome.reason : undefined;
    if (reason === "unknown") unknownCount += 1;
    const facts = { generationId: attempt.id, attempt: attempt.attempt, taskId, reason };
    const words = reason === "unknown" ? "task of no generation in this Redis" : "task stored late";
    logger.info(facts, words);
  }
  return unknownCount;
}

/** A process that starts may put the file aside between its opening and the write: then once more. */
function appendToDisk(file: string, text: string): void {
  let isThere = false;
  while (!isThere) {
    const handle = openSync(file, "a", 0o600);
    try {
      writeFileSync(handle, text);
      fsyncSync(handle);
      isThere = statSync(file, { throwIfNoEntry: false })?.ino === fstatSync(handle).ino;
    } finally {
      closeSync(handle);
    }
  }
}

/** @returns null when there is no file, or none that can be read: that is told. */
function readText(file: string, logger: Logger): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
      logger.error({ path: file, error }, "tasks that were kept in a file cannot be read");
    }
    return null;
  }
}

function readTasks(text: string, file: string, logger: Logger): readonly UnstoredTask[] {
  const tasks: UnstoredTask[] = [];
  for (const [index, one] of text.split("\n").entries()) {
    if (one === "") continue;
    const parsed = line.safeParse(parseJson(one));
    if (parsed.success) {
      const { task_id: taskId, ...attempt } = parsed.data;
      tasks.push({ attempt, taskId });
    } else {
      // The last one may have been cut short; nobody writes others.
      logger.error({ path: file, count: index + 1 }, "line of unstored tasks cannot be read");
    }
  }
  return tasks;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** @returns where it is now; null when another process was faster, and has stored what it held. */
function putAside(file: string): string | null {
  const time = new Date().toISOString().replaceAll(":", "");
  const aside = file.replace(/\.jsonl$/, `.${time}.stored`);
  try {
    renameSync(file, aside);
    return aside;
  } catch {
    return null;
  }
}
