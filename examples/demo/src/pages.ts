/** One page of the site. Its markup lies in `pages/<name>.html`, its script in `public/<name>.js`. */
export interface Page {
  readonly name: string;
  readonly path: string;
  readonly title: string;
  readonly summary: string;
  /** Addresses of scripts it needs besides its own and `sockjs-client`. */
  readonly scripts?: readonly string[];
}

/** Every page there is, in the order of the navigation. A new page needs a line here and its files. */
export const PAGES: readonly Page[] = [
  {
    name: "transports",
    path: "/",
    title: "Transports",
    summary: "One SockJS connection, nine ways to carry it. See every frame that travels.",
  },
  {
    name: "chat",
    path: "/pages/chat",
    title: "Chat",
    summary: "A room for everyone who has this page open, made of one topic.",
  },
  {
    name: "date",
    path: "/pages/date",
    title: "Date",
    summary: "The server tells the time once a second, for as long as somebody listens.",
  },
  {
    name: "multiplex",
    path: "/pages/multiplex",
    title: "Multiplex",
    summary: "Three conversations over one SockJS connection.",
    scripts: ["/multiplex_client.js"],
  },
  {
    name: "stats",
    path: "/pages/stats",
    title: "Statistics",
    summary: "What passes through this server, plotted as it happens.",
  },
];
