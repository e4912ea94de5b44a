import type { Handler } from "../answer-call.ts";
import type { Call } from "../calls/call.ts";
import { docsPage } from "../docs-page/page.ts";
import { contentSecurityPolicy } from "../docs-page/style.ts";
import { openApiDocument } from "../openapi/document.ts";

/** `/openapi.json` and `/docs`. Nothing of them changes while the process lives. */
export function documents(calls: readonly Call[]): Readonly<Record<"openApi" | "docs", Handler>> {
  let document: ReturnType<typeof openApiDocument> | null = null;
  let page: { readonly html: string; readonly policy: string } | null = null;
  const makePage = async (of: ReturnType<typeof openApiDocument>) => {
    const html = String(await docsPage(of));
    return { html, policy: contentSecurityPolicy(html) };
  };
  const read = () => (document ??= openApiDocument(calls));
  return {
    openApi: () => (c) => c.json(read()),
    docs: () => async (c) => {
      page ??= await makePage(read());
      c.header("content-security-policy", page.policy);
      return c.html(page.html);
    },
  };
}
