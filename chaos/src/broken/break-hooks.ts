import type { InitializeHook, LoadHook } from "node:module";

import type { Break } from "./break-source.ts";

let breaks: readonly Break[] = [];

/** Runs in the thread of the loader. */
export const initialize: InitializeHook<readonly Break[]> = (data) => {
  breaks = data;
};

/** Changes what is loaded; a break that does not fit is an error, not a run without it. */
export const load: LoadHook = async (url, context, nextLoad) => {
  const loaded = await nextLoad(url, context);
  const fitting = breaks.filter(({ file }) => url.endsWith(file));
  if (fitting.length === 0) return loaded;
  const { source: given } = loaded;
  let source = typeof given === "string" ? given : new TextDecoder().decode(given ?? undefined);
  for (const { file, from, to } of fitting) {
    if (source.split(from).length !== 2) throw new Error(`${file} does not hold once: ${from}`);
    source = source.replace(from, () => to);
  }
  return { ...loaded, source };
};
