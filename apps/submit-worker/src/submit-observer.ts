import type { SubmitDecision } from "@apidot-queue/core";
import type { AttemptOf, VerbOutcome } from "@apidot-queue/journal";
import { beginAtZero, type BeginRefusal, type Logger, type Metrics } from "@apidot-queue/runtime";
import type { SubmitReport } from "@apidot-queue/upstream";

/** What a submit tells metrics and logs; it decides nothing. */
export interface SubmitObserver {
  /** A hint began nothing. */
  refused(reason: BeginRefusal): void;
  /** The POST is over, one way or the other; nothing is stored yet. */
  answered(attempt: AttemptOf, model: string, report: SubmitReport): void;
  /** The journal took the outcome. */
  recorded(attempt: AttemptOf, decision: SubmitDecision, outcome: VerbOutcome): void;
}

/** @returns the observer of one lane. */
export function observeSubmits(lane: string, logger: Logger, metrics: Metrics): SubmitObserver {
  beginAtZero(metrics, ["submits", "submitsNotSent", "beginRefused"], { lane });
  return {
    refused: (reason) => metrics.beginRefused.inc({ lane, reason }),

    answered: (attempt, model, report) => {
      const { outcome, durationMs, httpStatus } = report;
      if (outcome.kind === "not_sent") {
        metrics.submitsNotSent.inc({ lane, reason: outcome.detail });
      } else {
        metrics.submits.inc({ lane, outcome: outcome.kind });
        metrics.submitDuration.observe(durationMs / 1_000);
      }
      const facts = { ...about(attempt), model, durationMs: Math.round(durationMs), httpStatus };
      // The line that finds a paid task again, should storing it fail for good.
      if (outcome.kind === "accepted") {
        const { taskId, flagged } = outcome;
        logger.info({ ...facts, taskId, flagged }, "submit accepted");
      } else {
        logger.warn(
          { ...facts, outcome: outcome.kind, reason: detailOf(report) },
          "submit not accepted",
        );
      }
    },

    recorded: (attempt, decision, outcome) => {
      const facts = { ...about(attempt), outcome: decision.kind };
      if (outcome.kind === "ignored") {
        logger.warn({ ...facts, reason: outcome.reason }, "submit outcome changed nothing");
      } else {
        logger.debug({ ...facts, status: outcome.status }, "submit outcome stored");
      }
      if ("isLaneHalted" in outcome && outcome.isLaneHalted === true && "code" in decision) {
        logger.error({ ...facts, lane, reason: decision.code }, "lane halted");
      }
      if ("isLaneOpened" in outcome && outcome.isLaneOpened === true) {
        logger.info({ ...facts, lane }, "lane resumed: a probe was accepted");
      }
      if (decision.kind === "accept" && "isExtra" in outcome && outcome.isExtra === true) {
        const { taskId } = decision;
        logger.error(
          { ...about(attempt), taskId },
          "second task for one generation: it may be paid twice",
        );
      }
    },
  };
}

function about(attempt: AttemptOf): { generationId: string; attempt: number } {
  return { generationId: attempt.id, attempt: attempt.attempt };
}

/** Constant words only: what the upstream wrote belongs into the record, not into logs. */
function detailOf({ outcome }: SubmitReport): string | undefined {
  return "detail" in outcome ? outcome.detail : "code" in outcome ? outcome.code : undefined;
}
