import { once } from "node:events";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

/** A server on 127.0.0.1, on a free port, that is closed with everything connected to it. */
export interface LoopbackServer {
  readonly port: number;
  readonly url: string;
  /** Connections accepted so far. */
  readonly connectionCount: number;
  readonly close: () => Promise<void>;
}

/** A request as a raw server saw it. */
export interface RawRequest {
  readonly text: string;
  readonly body: string;
}

/** Listens with whatever was made of it; counts and closes its connections. */
export async function listen(server: Server): Promise<LoopbackServer> {
  const sockets = new Set<Socket>();
  let connectionCount = 0;
  server.on("connection", (socket: Socket) => {
    connectionCount += 1;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    get connectionCount() {
      return connectionCount;
    },
    async close() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** A server that gets bare connections. */
export const rawServer = (onConnection: (socket: Socket) => void): Promise<LoopbackServer> =>
  listen(createServer(onConnection));

/** A server of HTTP. */
export const httpServer = (onRequest: RequestListener): Promise<LoopbackServer> =>
  listen(createHttpServer(onRequest));

/** A server that reads one whole request with a content-length and then answers by hand. */
export function answeringServer(
  onRequest: (socket: Socket, request: RawRequest) => void,
): Promise<LoopbackServer> {
  return rawServer((socket) => {
    let text = "";
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => {
      text += chunk;
      const body = wholeBody(text);
      if (body === null) return;
      const request = { text, body };
      text = "";
      onRequest(socket, request);
    });
  });
}

/** A port on which nobody listens: it was free a moment ago. */
export async function refusedPort(): Promise<number> {
  const server = await rawServer(() => {});
  await server.close();
  return server.port;
}

/** An answer in full, as text. */
export function rawAnswer(status: number, body: string, headers = ""): string {
  const length = Buffer.byteLength(body);
  return `HTTP/1.1 ${status} Some\r\n${headers}content-length: ${length}\r\n\r\n${body}`;
}

function wholeBody(text: string): string | null {
  const end = text.indexOf("\r\n\r\n");
  if (end === -1) return null;
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1] ?? 0);
  const body = text.slice(end + 4);
  return Buffer.byteLength(body) >= length ? body : null;
}
