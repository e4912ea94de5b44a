import { Client, type Dispatcher, Pool } from "undici";

/** The reference's upstream client: pooled connections, nothing checked. */
export interface HttpClient {
  readonly submit: (body: string) => Promise<{ readonly task_id: string }>;
  readonly status: (
    taskId: string,
  ) => Promise<{ readonly status: string; readonly files?: unknown }>;
  readonly close: () => Promise<void>;
}

interface Answer {
  readonly data: { readonly task_id: string; readonly status: string; readonly files?: unknown };
}

const HEADERS = { authorization: "Bearer bench", "content-type": "application/json" };

/**
 * Opens a pool with room for every submit and poll at once.
 *
 * @param isFresh - whether each submit opens a connection of its own, as the product's do
 */
export function openHttpClient(
  upstreamUrl: string,
  connections: number,
  isFresh = false,
): HttpClient {
  const pool = new Pool(upstreamUrl, { connections });
  const ask = async (
    dispatcher: Dispatcher,
    request: Pick<Dispatcher.RequestOptions, "method" | "path" | "body" | "reset">,
  ): Promise<Answer["data"]> => {
    const answer = await dispatcher.request({ ...request, headers: HEADERS });
    return ((await answer.body.json()) as Answer).data;
  };
  const submit = { method: "POST", path: "/api/generate/submit" } as const;
  return {
    submit: async (body) => {
      if (!isFresh) return ask(pool, { ...submit, body });
      const client = new Client(upstreamUrl);
      const task = await ask(client, { ...submit, body, reset: true });
      await client.destroy();
      return task;
    },
    status: (taskId) => ask(pool, { method: "GET", path: `/api/generate/status/${taskId}` }),
    close: () => pool.close(),
  };
}
