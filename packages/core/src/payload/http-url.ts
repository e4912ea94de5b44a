import { z } from "zod";

/** Longest URL taken, characters; what proxies and stores on the way are known to take. */
const MAX_URL_CHARACTERS = 2048;

/** White space and control characters: the URL parser would trim or drop them in silence. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const UNSENT = /[\u0000-\u0020\u007f]/;

/** @returns whether `text` is an absolute http or https URL that means the same to every reader. */
function isHttpUrl(text: string): boolean {
  return /^https?:\/\/[^/]/i.test(text) && !UNSENT.test(text) && URL.canParse(text);
}

/** An absolute http or https URL, kept as given. What it points to is not looked at. */
export const httpUrlSchema = z
  .string()
  .max(MAX_URL_CHARACTERS)
  .refine(isHttpUrl, {
    error: "must be an absolute http or https URL",
    params: { code: "invalid_url" },
  })
  .meta({ format: "uri" });
