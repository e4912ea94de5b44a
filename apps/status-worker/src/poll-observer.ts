import { beginAtZero, type Logger, type Metrics } from "@apidot-queue/runtime";

import type { HandledPoll } from "./poll-task.ts";

/** What a poll tells metrics and logs; it decides nothing. */
export interface PollObserver {
  polled(handled: HandledPoll): void;
  /** A refused poll halted the lane. */
  halted(reason: string): void;
}

/** @returns the observer of one lane. */
export function observePolls(lane: string, logger: Logger, metrics: Metrics): PollObserver {
  beginAtZero(metrics, ["polls"]);
  return {
    halted: (reason) => logger.error({ lane, reason }, "lane halted"),

    polled: ({ poll, now, report, decision, outcome }) => {
      metrics.polls.inc({ outcome: report.outcome.kind });
      metrics.pollDelay.observe(Math.max(0, now - poll.dueAt) / 1_000);
      const facts = { generationId: poll.id, lane, taskId: poll.taskId };

      if (decision.kind === "again") {
        const { kind } = report.outcome;
        const { delayMs } = decision;
        const level = kind === "running" ? "debug" : "warn";
        logger[level]({ ...facts, outcome: kind, delayMs }, "task is not over");
        return;
      }
      if (outcome.kind === "ignored") {
        logger.debug({ ...facts, reason: outcome.reason }, "task was settled meanwhile");
        return;
      }
      logger.info({ ...facts, outcome: decision.kind, status: outcome.status }, "task is over");
      if ("sinceSubmittedMs" in outcome) {
        const labels = { model: poll.model, status: outcome.status };
        metrics.generationDuration.observe(labels, outcome.sinceSubmittedMs / 1_000);
        metrics.timeToSettle.observe(outcome.sinceCreatedMs / 1_000);
      }
    },
  };
}
