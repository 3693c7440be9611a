/** A scheme, a host and perhaps a port (RFC 6454, section 6.2), in lower case. */
const ORIGIN = /^([a-z][a-z0-9+.-]*):\/\/([^\s/?#@\\;,*'"<>]+)$/;

/**
 * An origin of a list as browsers write it: in lower case, without a default port. `"null"` and schemes of applications, such
 * as `capacitor://localhost`, are origins, and so is `file://`, which some browsers name for files.
 *
 * @throws {TypeError} for what can never match, or never be meant.
 */
export function checkOrigin(text: string, name: string): string {
  if (text === "null" || text === "file://") return text;
  const fail = (why: string): never => {
    throw new TypeError(`Option "${name}" holds "${text.slice(0, 64)}": ${why}`);
  };
  if (text === "*") fail('write "*" by itself, not in an array');
  if (text.includes("*"))
    fail("a wildcard needs a RegExp, such as /^https:\\/\\/\\w+\\.example\\.com$/");
  if (/[\s;,]/.test(text)) fail("an origin holds no blanks, commas or semicolons");
  if (!text.includes("://")) fail('an origin begins with a scheme, such as "https://"');
  const [, scheme = "", host = ""] = ORIGIN.exec(text.toLowerCase()) ?? [];
  if (host === "") fail("an origin ends with its host or port, without a slash or a path");
  // Not by URL for other schemes: it calls their origin "null".
  if (scheme !== "http" && scheme !== "https") return `${scheme}://${host}`;
  if (!URL.canParse(text)) fail("it is no URL");
  return new URL(text).origin;
}
