import { createUpstream } from "../src/upstream.ts";
import type { Upstream } from "../src/upstream.ts";
import type { UpstreamOptions } from "../src/upstream-options.ts";
import type { LoopbackServer } from "./loopback-server.ts";

/** The key of every test. */
export const API_KEY = "key-0123456789abcdef";

/** The task id of every accepted submit, unless a test makes its own. */
export const TASK_ID = "task-unified-1757165031-uyujaw3d";

/** An accepted submit, as JSON. */
export const ACCEPTED = JSON.stringify({
  code: 200,
  data: { task_id: TASK_ID, status: "not_started", created_time: "2026-04-19T21:19:42" },
});

/** A request whose prompt is recognisable. */
export const REQUEST = {
  model: "veo3.1-fast",
  input: { prompt: "a canary sings in a mine while the lamps go out", resolution: "1080p" },
} as const;

/** Collects what a test opens and closes it afterwards, clients first. */
export class Cleanup {
  readonly #upstreams: Upstream[] = [];
  readonly #servers: LoopbackServer[] = [];

  upstream(options: Partial<UpstreamOptions> & Pick<UpstreamOptions, "baseUrl">): Upstream {
    const upstream = createUpstream({ apiKey: API_KEY, ...options });
    this.#upstreams.push(upstream);
    return upstream;
  }

  async server(pending: Promise<LoopbackServer>): Promise<LoopbackServer> {
    const server = await pending;
    this.#servers.push(server);
    return server;
  }

  async close(): Promise<void> {
    for (const upstream of this.#upstreams.splice(0)) await upstream.close();
    for (const server of this.#servers.splice(0)) await server.close();
  }
}
