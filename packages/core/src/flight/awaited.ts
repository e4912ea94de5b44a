import type { FlightAwaited, FlightFacts, LaneObstacle } from "./flight-record.ts";

/** What is awaited now, by whom, and until when; null where nothing is. */
export function awaitedOf(
  { now, stored, lookAt, deadlineAt, awaitedLook }: FlightFacts,
  lane: LaneObstacle | null,
): FlightAwaited | null {
  const { generation } = stored;
  const isCancelWanted = generation.cancelRequestedAt !== null;
  switch (generation.status) {
    case "queued": {
      if (lane !== null) return { what: lane.words, by: "lane", until: lane.until };
      if (awaitedLook !== null) {
        const what = "A status call about the task that a callback named: it is not sent before.";
        return { what, by: "status_worker", until: awaitedLook.until };
      }
      const by = "submit_worker";
      return generation.wakeAt > now
        ? { what: "The pause before its next attempt.", by, until: generation.wakeAt }
        : { what: "A submit worker that begins its next attempt.", by, until: null };
    }
    case "submitting":
      return {
        what: isCancelWanted
          ? "The outcome of its attempt, and with it the cancel."
          : "The outcome of its attempt. After that time it counts as unanswered.",
        by: "submit_worker",
        until: lookAt,
      };
    case "unconfirmed":
      if (awaitedLook !== null) {
        const what = "A status call about the task that a callback named. Where it tells of none:";
        const end = isCancelWanted ? "it is canceled." : "it is sent again or held for a person.";
        return { what: `${what} ${end}`, by: "status_worker", until: awaitedLook.until };
      }
      return {
        what: isCancelWanted
          ? "A late answer. After the grace it is canceled."
          : "A late answer. After the grace it is sent again or held for a person.",
        by: "upstream",
        // Later than the record says, where an outage did not count.
        until: lookAt,
      };
    case "held":
      return {
        what: "A decision. Nothing but a late answer or a callback moves it until then.",
        by: "person",
        until: null,
      };
    case "running":
      if (deadlineAt === null) {
        const why = lane?.words ?? "The upstream refuses them.";
        const what = `The end of its task. Status calls wait, and its deadline stands still. ${why}`;
        return { what, by: "lane", until: null };
      }
      return {
        what: isCancelWanted
          ? "The end of its task, and with it the cancel."
          : "The end of its task, which is asked for by polls.",
        by: "status_worker",
        until: deadlineAt,
      };
    case "failed":
      if (awaitedLook === null) return null;
      return {
        what: "Whether a task of it finishes after all, which would make a success of it.",
        by: "status_worker",
        until: awaitedLook.until,
      };
    case "succeeded":
    case "canceled":
      return null;
  }
}
