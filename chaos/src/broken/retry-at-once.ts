import { breakSource } from "./break-source.ts";

// A lost answer is taken for a failure, and the submit is sent again.
breakSource([
  {
    file: "apps/submit-worker/dist/submit-generation.js",
    from: `case "lose_answer":
            return journal.unconfirm(attempt, "answer_lost", grace, trace);`,
    to: `case "lose_answer":
            return journal.requeue(attempt, "not_sent", 0, trace);`,
  },
]);
