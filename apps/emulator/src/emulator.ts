import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { CreditChange } from "./accounts.ts";
import type { FaultRule } from "./faults/fault-rule.ts";
import { parseFaultRules } from "./faults/parse-fault-rules.ts";
import { createRoutes } from "./http/routes.ts";
import type { LedgerEntry } from "./ledger.ts";
import { EmulatorState } from "./state.ts";

/** How an emulator is to be. */
export interface EmulatorOptions {
  /** Address to listen on. @defaultValue "127.0.0.1" */
  readonly host?: string;
  /** Port to listen on; 0 takes a free one. @defaultValue 0 */
  readonly port?: number;
  /** API keys that are let in; empty lets in any bearer token. @defaultValue [] */
  readonly keys?: readonly string[];
  /** Credits each key starts with. @defaultValue unlimited */
  readonly credits?: number;
  /** Same seed and same sequence of requests: same ids, durations and faults. @defaultValue 1 */
  readonly seed?: number;
  /** How many times faster than life tasks run and callbacks are tried again. @defaultValue 1 */
  readonly speed?: number;
  /** Rules in force from the start. @defaultValue [] */
  readonly faults?: readonly FaultRule[];
  /** File of JSON lines that the ledger is appended to. @defaultValue none */
  readonly ledgerFile?: string;
  /** Origin of `file_url`. @defaultValue the listening address; on a wildcard address the caller's Host */
  readonly filesOrigin?: string;
  /** The clock, in ms since the epoch. @defaultValue `Date.now` */
  readonly now?: () => number;
}

/** A running emulator. */
export interface Emulator {
  /** Its base URL, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Every entry so far, up to date with the clock. */
  ledger(): readonly LedgerEntry[];
  /** Replaces the rules in force; counts start again. @throws {FaultRulesError} naming every mistake. */
  setFaults(rules: readonly FaultRule[]): void;
  /** Sets or adds credits, for one key or for all. */
  setCredits(change: CreditChange): void;
  /**
   * Stops listening, destroys every open connection and breaks off what callbacks are under way.
   * Harmless when repeated.
   */
  close(): Promise<void>;
}

/** Longer than the idle time of common clients, so that it is the client who closes. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;

/**
 * Starts an emulator and waits until it listens.
 *
 * @throws {FaultRulesError} when a rule is wrong.
 * @throws the system's error when it cannot listen or cannot open the ledger's file.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { host = "127.0.0.1", now = Date.now } = options;
  const state = new EmulatorState({
    keys: options.keys ?? [],
    credits: options.credits,
    seed: options.seed ?? 1,
    speed: options.speed ?? 1,
    faults: parseFaultRules(options.faults ?? []),
    ledgerFile: options.ledgerFile,
    now,
  });

  let url = "";
  const isWildcard = host === "0.0.0.0" || host === "::";
  const originOf = ({ headers }: IncomingMessage): string => {
    if (options.filesOrigin !== undefined) return options.filesOrigin;
    return isWildcard && isHost(headers.host) ? `http://${headers.host}` : url;
  };
  const server = createServer(
    { keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS },
    createRoutes(state, originOf),
  );
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host, port: options.port ?? 0 }, resolve);
    });
  } catch (error) {
    state.close();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  url = `http://${urlHost(isWildcard ? "127.0.0.1" : host)}:${port}`;

  let closed: Promise<void> | undefined;
  return {
    url,
    port,
    ledger: () => {
      state.catchUp();
      return state.ledger.entries();
    },
    setFaults: (rules) => state.replaceFaults(parseFaultRules(rules)),
    setCredits: (change) => {
      state.catchUp();
      state.accounts.change(change);
    },
    close: () => {
      closed ??= new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        state.close();
      });
      return closed;
    },
  };
}

function urlHost(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

/** A Host header that is a host and perhaps a port, and nothing that would bend a URL. */
function isHost(header: string | undefined): header is string {
  return header !== undefined && /^(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i.test(header);
}
