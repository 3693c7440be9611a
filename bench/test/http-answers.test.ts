import { expect, test } from "vitest";
import { HttpAnswers } from "../../tests/harness/http-answers.ts";

const FIXED = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
const EMPTY = "HTTP/1.1 204 No Content\r\nDate: now\r\n\r\n";
const CHUNKED =
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\no\n\r\n7\r\na["x"]\n\r\n0\r\n\r\n';

function readInPieces(text: string, pieceSize: number): string[] {
  const seen: string[] = [];
  const answers = new HttpAnswers({
    chunk: (size, chunk) => seen.push(`chunk ${size} ${JSON.stringify(chunk)}`),
    end: (status, size, body) => seen.push(`end ${status} ${size} ${JSON.stringify(body)}`),
  });
  for (let at = 0; at < text.length; at += pieceSize) {
    answers.push(Buffer.from(text.slice(at, at + pieceSize)));
  }
  return seen;
}

const EXPECTED = [
  'end 200 5 "hello"',
  'end 204 0 ""',
  'chunk 2 "o\\n"',
  'chunk 7 "a[\\"x\\"]\\n"',
  'end 200 9 "o\\na[\\"x\\"]\\n"',
];

test("`HttpAnswers` reads fixed, empty and chunked answers that come in one piece", () => {
  expect(readInPieces(FIXED + EMPTY + CHUNKED, 10_000)).toEqual(EXPECTED);
});

test("`HttpAnswers` reads answers that come byte by byte", () => {
  expect(readInPieces(FIXED + EMPTY + CHUNKED, 1)).toEqual(EXPECTED);
});

test("`HttpAnswers` reports sizes alone when `keep` is off", () => {
  const seen: string[] = [];
  const answers = new HttpAnswers({
    chunk: (size, chunk) => seen.push(`chunk ${size} ${JSON.stringify(chunk)}`),
    end: (status, size, body) => seen.push(`end ${status} ${size} ${JSON.stringify(body)}`),
  });
  answers.keep = false;
  answers.push(Buffer.from(FIXED + CHUNKED));
  expect(seen).toEqual(['end 200 5 ""', 'chunk 2 ""', 'chunk 7 ""', 'end 200 9 ""']);
});

test("`HttpAnswers` refuses an answer without a marked end", () => {
  const answers = new HttpAnswers({ chunk: () => {}, end: () => {} });
  expect(() => answers.push(Buffer.from("HTTP/1.1 200 OK\r\n\r\n"))).toThrow(
    "its end is not marked",
  );
});
