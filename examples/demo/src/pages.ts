/** One page of the site. Its markup lies in `pages/<name>.html`, its script in `public/<name>.js`. */
export interface Page {
  readonly name: string;
  readonly path: string;
  readonly title: string;
  readonly summary: string;
}

/** Every page there is, in the order of the navigation. A new page needs a line here and its two files. */
export const PAGES: readonly Page[] = [
  {
    name: "transports",
    path: "/",
    title: "Transports",
    summary: "One SockJS connection, nine ways to carry it. See every frame that travels.",
  },
];
