import { defineAllMessagesTest } from "../message-tests.ts";
import { definePageTests } from "../page-tests.ts";
import { CROSS_ORIGIN_TRANSPORTS } from "../transports.ts";

definePageTests(
  "a page of another host",
  CROSS_ORIGIN_TRANSPORTS,
  ({ site }) => site.pageUrl("localhost"),
  defineAllMessagesTest,
);
