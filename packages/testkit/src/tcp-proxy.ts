import { connect, createServer, type Socket } from "node:net";

/** A way to a server on this machine that can fall silent and break. */
export interface TcpProxy {
  readonly port: number;
  /** From now on the server's answers are lost; what is asked still arrives. */
  loseAnswers(): void;
  /**
   * Every connection of now falls silent for good, both ways, and is not ended: a half-open link. New
   * ones work.
   */
  silence(): void;
  /** New connections go to another server; those of now stay where they are. */
  pointTo(serverPort: number): void;
  /** Ends every connection, and lets answers through again. */
  cut(): void;
  /** Ends every connection and listens no more. */
  close(): Promise<void>;
}

/** Starts a proxy on a free port of 127.0.0.1. */
export async function startTcpProxy(serverPort: number): Promise<TcpProxy> {
  let isSilent = false;
  let target = serverPort;
  const callers = new Set<Socket>();
  const halfOpen = new WeakSet<Socket>();
  const proxy = createServer((caller) => {
    const server = connect(target, "127.0.0.1");
    callers.add(caller);
    caller.on("data", (bytes) => {
      if (!halfOpen.has(caller)) server.write(bytes);
    });
    server.on("data", (bytes) => {
      if (!isSilent && !halfOpen.has(caller)) caller.write(bytes);
    });
    // A broken connection is what the proxy is for.
    for (const socket of [caller, server]) socket.on("error", () => undefined);
    server.on("close", () => caller.destroy());
    caller.on("close", () => {
      server.destroy();
      callers.delete(caller);
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const address = proxy.address();
  const cut = (): void => {
    for (const caller of callers) caller.destroy();
    isSilent = false;
  };
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    loseAnswers: () => (isSilent = true),
    pointTo: (port) => (target = port),
    silence: () => {
      for (const caller of callers) halfOpen.add(caller);
    },
    cut,
    close: async () => {
      const closed = new Promise<void>((resolve) => proxy.close(() => resolve()));
      cut();
      await closed;
    },
  };
}
