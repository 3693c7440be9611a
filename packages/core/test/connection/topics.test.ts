import { expect, test } from "vitest";
import { Topics, type Subscriber } from "../../src/connection/topics.ts";

const A: Subscriber = { sendMessage() {} };
const B: Subscriber = { sendMessage() {} };

test("`Topics` keeps a topic while it has subscribers", () => {
  const topics = new Topics<Subscriber>();
  topics.subscribe("news", A);
  topics.subscribe("news", B);
  topics.subscribe("news", A);
  const both = [...topics.subscribers("news")];
  topics.unsubscribe("news", A);
  const one = [...topics.subscribers("news")];
  topics.unsubscribe("news", B);

  expect([both, one, [...topics.subscribers("news")], topics.size]).toEqual([[A, B], [B], [], 0]);
});

test("`Topics.unsubscribe()` of somebody who has not subscribed changes nothing", () => {
  const topics = new Topics<Subscriber>();
  topics.subscribe("news", A);
  topics.unsubscribe("news", B);
  topics.unsubscribe("other", A);

  expect([[...topics.subscribers("news")], topics.size]).toEqual([[A], 1]);
});

test("`Topics` takes any name, `__proto__` included", () => {
  const topics = new Topics<Subscriber>();
  topics.subscribe("__proto__", A);

  expect([[...topics.subscribers("__proto__")], [...topics.subscribers("toString")]]).toEqual([
    [A],
    [],
  ]);
});
