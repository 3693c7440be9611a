import { cacheableHeaders, noStoreHeaders } from "../http/replies.ts";
import type { Incoming, TextReply } from "../seam/exchange.ts";

/** The iframe page of one server: its text and the entity tag that goes with it. */
export interface IframePage {
  readonly html: string;
  /** Strong entity tag in its quotes (RFC 9110, section 8.8.3). */
  readonly etag: string;
}

/** The page that the client hides on the server's origin for transports that cannot cross origins (protocol, section 2). */
export function createIframePage(sockjsUrl: string): IframePage {
  const html = `<!DOCTYPE html>
<html>
<head>
  <meta http-equiv="X-UA-Compatible" content="IE=edge" />
  <meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />
  <script src="${escapeAttribute(sockjsUrl)}"></script>
  <script>
    document.domain = document.domain;
    SockJS.bootstrap_iframe();
  </script>
</head>
<body>
  <h2>Don't panic!</h2>
  <p>This is a SockJS hidden iframe. It's used for cross domain magic.</p>
</body>
</html>`;
  return { html, etag: `"${hash(html)}"` };
}

/** Who may frame the page. */
export interface FramePolicy {
  /** Value of `frame-ancestors` (CSP 3), where the browser can judge; else each request has been judged already. */
  readonly ancestors: string | undefined;
  /** Whether the browser may keep the page: not where another page's request would be judged otherwise. */
  readonly cacheable: boolean;
}

/** Answers with the page, or 304 where the browser has it. */
export function iframe(page: IframePage, policy: FramePolicy, incoming: Incoming): TextReply {
  const headers = policy.cacheable ? cacheableHeaders() : noStoreHeaders();
  if (policy.cacheable) {
    headers["ETag"] = page.etag;
    if (hasEntityTag(incoming.header("if-none-match"), page.etag)) {
      return { kind: "text", status: 304, headers, body: null };
    }
  }
  headers["Content-Type"] = "text/html; charset=UTF-8";
  headers["X-Content-Type-Options"] = "nosniff";
  if (policy.ancestors !== undefined) {
    headers["Content-Security-Policy"] = `frame-ancestors ${policy.ancestors}`;
  }
  return { kind: "text", status: 200, headers, body: page.html };
}

/** Whether `If-None-Match` names the tag, weakly compared (RFC 9110, section 13.1.2). */
function hasEntityTag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(",").some((part) => {
    const tag = part.trim();
    return tag === "*" || tag === etag || tag === `W/${etag}`;
  });
}

function escapeAttribute(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll('"', "&quot;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}

/** FNV-1a over 32 bits: the tag must change with the page, and needs no secrecy. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return (value >>> 0).toString(16).padStart(8, "0");
}
