import { defineAllMessagesTest } from "../message-tests.ts";
import { definePageTests } from "../page-tests.ts";
import { CROSS_ORIGIN_TRANSPORTS } from "../transports.ts";

definePageTests(
  "a page of another port",
  CROSS_ORIGIN_TRANSPORTS,
  ({ site }) => site.pageUrl("127.0.0.1"),
  defineAllMessagesTest,
);
