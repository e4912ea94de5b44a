import { startPrivateRedis } from "@apidot-queue/runtime";
import type { TestProject } from "vitest/node";

/**
 * Starts as many servers as this project may have workers, and stops them after its last file.
 * vitest runs it only for projects that have a file to run, so a run of pure tests starts none.
 *
 * It runs in vitest's main process. In a setup file, which runs in the workers, the servers would
 * outlive them: a worker is ended before it could stop anything.
 */
export default async function startServers(project: TestProject): Promise<() => Promise<void>> {
  const workerCount = project.config.maxWorkers || project.vitest.config.maxWorkers;
  const servers = await Promise.all(Array.from({ length: workerCount }, () => startPrivateRedis()));
  project.provide(
    "redisUrls",
    servers.map((server) => server.url),
  );
  return async () => {
    await Promise.all(servers.map((server) => server.stop()));
  };
}
