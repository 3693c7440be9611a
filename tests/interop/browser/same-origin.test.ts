import { defineMessageTests } from "../message-tests.ts";
import { definePageTests } from "../page-tests.ts";
import { SAME_ORIGIN_TRANSPORTS } from "../transports.ts";

definePageTests(
  "a page of the server's origin",
  SAME_ORIGIN_TRANSPORTS,
  ({ link }) => `${link.url}/page.html`,
  defineMessageTests,
);
