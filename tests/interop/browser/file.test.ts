import { defineAllMessagesTest } from "../message-tests.ts";
import { definePageTests } from "../page-tests.ts";
import { FILE_PAGE_TRANSPORTS } from "../transports.ts";

const PAGE_URL = new URL("../pages/page.html", import.meta.url).href;

definePageTests("a file: page", FILE_PAGE_TRANSPORTS, () => PAGE_URL, defineAllMessagesTest);
