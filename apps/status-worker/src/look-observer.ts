import type { DueLook } from "@apidot-queue/journal";
import type { Logger } from "@apidot-queue/runtime";
import type { StatusReport } from "@apidot-queue/upstream";

import type { LookObserver } from "./look-at-task.ts";

/** @returns the observer of one lane's looks. */
export function observeLooks(lane: string, logger: Logger): Omit<LookObserver, "halted"> {
  const about = ({ id, taskId }: DueLook, { outcome }: StatusReport) => ({
    generationId: id,
    lane,
    taskId,
    outcome: outcome.kind,
  });
  return {
    confirmed: (look, report, outcome) => {
      const facts = about(look, report);
      if (outcome.kind === "ignored") {
        logger.debug({ ...facts, reason: outcome.reason }, "task was known");
      } else if (outcome.became === "extra") {
        logger.error(facts, "second task for one generation: it may be paid twice");
      } else {
        logger.info({ ...facts, status: outcome.status, kind: outcome.became }, "task confirmed");
      }
    },

    missed: (look, report, left) => {
      const isOver = left === "dropped";
      const words = isOver ? "task is not to be found" : "task is looked at again";
      logger[isOver ? "warn" : "debug"](about(look, report), words);
    },
  };
}
