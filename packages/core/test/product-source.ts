import { readdirSync, readFileSync } from "node:fs";

/** @returns the text of every product file below some folders of the repository, tests left out. */
export function readSources(folders: readonly string[], extension: ".ts" | ".lua"): string {
  return folders
    .map((folder) => new URL(`../../../${folder}/`, import.meta.url))
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true })
        .map(String)
        .filter((path) => path.endsWith(extension) && !path.endsWith(".test.ts"))
        .map((path) => readFileSync(new URL(path, folder), "utf8")),
    )
    .join("\n");
}

/** @returns the names in code marks of the one sentence of a page that has these words before them. */
export function namesAfter(page: string, words: string): readonly string[] {
  const sentences = page.split(words);
  if (sentences.length !== 2)
    throw new Error(`the page says "${words}" ${sentences.length - 1} times`);
  const [sentence = ""] = (sentences[1] ?? "").split(/[.:]\s/);
  return [...sentence.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name);
}
