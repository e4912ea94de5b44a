import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { GenerationRecord } from "@apidot-queue/producer";
import { request } from "undici";

/**
 * Saves the first file of a generation, because the emulator's links end with the demo.
 *
 * @returns the path, or null when there is no file
 * @throws {Error} when the link does not give a video
 */
export async function saveVideo(
  record: GenerationRecord,
  folder: string,
  title: string,
): Promise<string | null> {
  const file = record.files[0];
  if (file === undefined) return null;
  const { statusCode, body } = await request(file.url);
  const video = Buffer.from(await body.arrayBuffer());
  const isMp4 = video.subarray(4, 8).toString("latin1") === "ftyp";
  if (statusCode !== 200 || !isMp4) throw new Error(`the file of ${record.id} is no video`);
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${title}.mp4`);
  await writeFile(path, video);
  return path;
}
