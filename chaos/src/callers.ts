import { setTimeout as sleep } from "node:timers/promises";

/** Programs that enqueue through the gateways, as a careful caller does. */
export interface Callers {
  /** Makes no new requests, and brings every one that was made to a 202. */
  finish(): Promise<void>;
  /** The ids that were acknowledged. */
  acknowledged(): readonly string[];
  /** Answers other than 202, and requests without one: each was repeated with the same key. */
  repeatedCount(): number;
}

const ANSWER_LIMIT_MS = 15_000;
const PAUSE_MS = 250;

/**
 * Starts `perSecond` requests a second, in turns through the gateways. Each has a prompt and an
 * `Idempotency-Key` of its own and is repeated with that key until it is acknowledged.
 *
 * @param gatewayUrls - asked anew for each request: a gateway that was killed may be elsewhere
 */
export function startCallers(
  perSecond: number,
  runName: string,
  gatewayUrls: () => readonly string[],
): Callers {
  const acknowledged: string[] = [];
  const underWay = new Set<Promise<void>>();
  const stopping = new AbortController();
  let repeatedCount = 0;
  let number = 0;

  const enqueue = async (n: number): Promise<void> => {
    for (let attempt = 0; ; attempt += 1) {
      const urls = gatewayUrls();
      const id = await post(urls[(n + attempt) % urls.length] ?? "", `${runName}-${n}`);
      if (id !== null) return void acknowledged.push(id);
      repeatedCount += 1;
      await sleep(PAUSE_MS);
    }
  };
  const running = (async () => {
    while (!stopping.signal.aborted) {
      number += 1;
      const one = enqueue(number).finally(() => underWay.delete(one));
      underWay.add(one);
      await sleep(1_000 / perSecond);
    }
  })();

  return {
    acknowledged: () => acknowledged,
    repeatedCount: () => repeatedCount,
    finish: async () => {
      stopping.abort();
      await running;
      await Promise.all(underWay);
    },
  };
}

/** @returns the id of a 202, or null for anything else. */
async function post(url: string, key: string): Promise<string | null> {
  try {
    const answer = await fetch(`${url}/v1/generations`, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": key },
      body: JSON.stringify({
        model: "veo3.1-lite",
        input: { prompt: `${key}: a lighthouse in a storm` },
      }),
      signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
    });
    const body = (await answer.json()) as { readonly id?: string };
    return answer.status === 202 && body.id !== undefined ? body.id : null;
  } catch {
    return null;
  }
}
