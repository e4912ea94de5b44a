import { Client } from "undici";
import type { CallBasis } from "./call-basis.ts";
import { type AbandonableConnector, abandonableConnector } from "./connector.ts";
import { MAX_ANSWER_BYTES } from "./http-exchange.ts";

/** One submit's way to the upstream. */
export interface SubmitClient {
  readonly client: Client;
  readonly connector: AbandonableConnector;
}

/** Made once: an error of its own for each submit would cost a stack trace that nobody reads. */
const SUBMIT_IS_OVER = new Error("the submit is over");

/**
 * Clients for submits. Each has one submit at a time and opens a connection of its own for it; what
 * is kept for the next one is the client around it, which costs more to make than to keep.
 */
export class SubmitClients {
  readonly #basis: CallBasis;
  readonly #idle: SubmitClient[] = [];

  constructor(basis: CallBasis) {
    this.#basis = basis;
  }

  /** @returns a client without a connection. */
  take(): SubmitClient {
    return this.#idle.pop() ?? this.#make();
  }

  /** Keeps a client whose submit was answered: its connection is gone by then. */
  keep(client: SubmitClient): void {
    this.#idle.push(client);
  }

  /** Ends a client with whatever connection it has or is making. */
  async drop({ client, connector }: SubmitClient): Promise<void> {
    connector.abandon();
    await client.destroy(SUBMIT_IS_OVER);
  }

  /** Ends those that are kept. */
  async close(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((client) => this.drop(client)));
  }

  #make(): SubmitClient {
    const connector = abandonableConnector(this.#basis.connect);
    const { connect } = connector;
    const maxResponseSize = MAX_ANSWER_BYTES;
    const client = new Client(this.#basis.origin, { connect, maxResponseSize, allowH2: false });
    return { client, connector };
  }
}
