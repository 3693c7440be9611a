import { expect, test } from "vitest";
import { Topics } from "../src/topics.ts";

test("`Topics` keeps a topic while it has subscribers", () => {
  const topics = new Topics<string>();
  topics.subscribe("news", "a");
  topics.subscribe("news", "b");
  topics.subscribe("news", "a");
  const both = [...topics.subscribers("news")];
  topics.unsubscribe("news", "a");
  const one = [...topics.subscribers("news")];
  topics.unsubscribe("news", "b");

  expect([both, one, [...topics.subscribers("news")], topics.size]).toEqual([
    ["a", "b"],
    ["b"],
    [],
    0,
  ]);
});

test("`Topics.unsubscribe()` of somebody who has not subscribed changes nothing", () => {
  const topics = new Topics<string>();
  topics.subscribe("news", "a");
  topics.unsubscribe("news", "b");
  topics.unsubscribe("other", "a");

  expect([[...topics.subscribers("news")], topics.size]).toEqual([["a"], 1]);
});

test("`Topics` takes any name, `__proto__` included", () => {
  const topics = new Topics<string>();
  topics.subscribe("__proto__", "a");

  expect([[...topics.subscribers("__proto__")], [...topics.subscribers("toString")]]).toEqual([
    ["a"],
    [],
  ]);
});
