import type { Handler } from "../answer-call.ts";
import type { Call } from "../calls/call.ts";
import { docsPage } from "../docs-page/page.ts";
import { contentSecurityPolicy } from "../docs-page/style.ts";
import { openApiDocument } from "../openapi/document.ts";

/** `/openapi.json` and `/docs`. Nothing of them changes while the process lives. */
export function documents(calls: readonly Call[]): Readonly<Record<"openApi" | "docs", Handler>> {
  let document: ReturnType<typeof openApiDocument> | null = null;
  let page: string | null = null;
  const read = () => (document ??= openApiDocument(calls));
  return {
    openApi: () => (c) => c.json(read()),
    docs: () => async (c) => {
      page ??= String(await docsPage(read()));
      c.header("content-security-policy", contentSecurityPolicy(page));
      return c.html(page);
    },
  };
}
