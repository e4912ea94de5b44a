import { breakSource } from "./break-source.ts";

// The submit is sent first and written down afterwards.
breakSource([
  {
    file: "apps/submit-worker/dist/submit-generation.js",
    from: `const begun = await parts.journal.begin(`,
    to: `const stored = await parts.journal.get(id);
        if (stored?.generation.status !== "queued")
            return DONE;
        const sent = await parts.upstream.submit(stored.request, { beforeSend: () => true });
        const begun = await parts.journal.begin(`,
  },
  {
    file: "apps/submit-worker/dist/submit-generation.js",
    from: `return { begun, window };`,
    to: `return { begun, window, sent };`,
  },
  {
    file: "apps/submit-worker/dist/submit-generation.js",
    from: `const report = await parts.upstream.submit({ ...begun.request, callbackUrl }, { beforeSend: () => (isDurable ? window.isOpen() : NOT_DURABLE) });`,
    to: `const report = asked.sent;`,
  },
]);
