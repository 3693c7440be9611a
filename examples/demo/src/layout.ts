import { html, raw } from "hono/html";
import { PAGES, type Page } from "./pages.ts";

/** Puts the head, the navigation and the foot around the markup of a page. */
export function layout(page: Page, markup: string, runtime: string): ReturnType<typeof html> {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="description" content="${page.summary}" />
        <title>${page.title} · sockjs-fetch</title>
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/assets/layout.css" />
        <link rel="stylesheet" href="/assets/${page.name}.css" />
        <script src="/sockjs.min.js" defer></script>
        ${page.scripts?.map((url) => html`<script src="${url}" defer></script>`)}
        <script type="module" src="/assets/${page.name}.js"></script>
      </head>
      <body>
        <a class="skip" href="#content">Skip to content</a>
        <header class="masthead">
          <a class="wordmark" href="/"
            ><img src="/assets/icon.svg" alt="" width="26" height="26" />sockjs-fetch</a
          >
          <nav aria-label="Pages">
            <ul>
              ${PAGES.map((other) => navigationItem(other, other === page))}
            </ul>
          </nav>
          <p class="runtime">${runtime}</p>
        </header>
        <main id="content" tabindex="-1">${raw(markup)}</main>
        <footer class="colophon">
          <p>
            A SockJS server on <code>Request</code> and <code>Response</code>, mounted in a Hono
            app. This page uses the unmodified <code>sockjs-client</code>.
          </p>
        </footer>
      </body>
    </html>`;
}

function navigationItem(page: Page, isCurrent: boolean): ReturnType<typeof html> {
  return html`<li>
    <a href="${page.path}" ${isCurrent ? raw('aria-current="page"') : ""}>${page.title}</a>
  </li>`;
}
