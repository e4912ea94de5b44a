import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import type { BookedGeneration } from "../judge/books.ts";

/** What a caller was told, by the generation and by what it was told of it. */
export interface Told {
  /** Where notifications go. */
  readonly url: string;
  /** @returns what is wrong with what was told of these; empty when each end was, under one id. */
  against(books: readonly BookedGeneration[]): string[];
  stop(): Promise<void>;
}

/** Starts a receiver that takes whatever comes. */
export async function listenForNotifications(): Promise<Told> {
  const ids = new Map<string, Set<string>>();
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    request.on("end", () => {
      response.writeHead(204).end();
      const { type, data } = JSON.parse(text) as { type: string; data: { id: string } };
      const key = `${data.id} ${type}`;
      ids.set(key, (ids.get(key) ?? new Set()).add(String(request.headers["webhook-id"])));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    against: (books) =>
      books.flatMap(({ id, status }) => {
        const type = `generation.${status}`;
        const count = ids.get(`${id} ${type}`)?.size ?? 0;
        return count === 1 ? [] : [`${type} of ${id} was told under ${count} ids`];
      }),
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => void server.close(() => resolve()));
    },
  };
}
