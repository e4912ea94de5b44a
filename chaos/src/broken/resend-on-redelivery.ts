import { breakSource } from "./break-source.ts";

// A hint that comes again, because its worker died, is submitted again.
breakSource([
  {
    file: "apps/submit-worker/dist/submit-generation.js",
    from: `return afterRefusedBegin(begun, parts);
    };`,
    to: `const stored = await parts.journal.get(id);
        const { status, attempt, fence = "none" } = stored?.generation ?? {};
        if (["submitting", "unconfirmed", "held"].includes(status)) {
            const again = { kind: "begun", attempt: { id, attempt, fence }, lastError: null };
            const counts = { refusalCount: 0, unresolvedCount: 0 };
            return { begun: { ...again, ...counts, request: stored.request }, window };
        }
        return afterRefusedBegin(begun, parts);
    };`,
  },
]);
