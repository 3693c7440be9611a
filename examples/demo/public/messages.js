/** Ready-made messages, by the name of their button. */
export const PRESETS = {
  /** What a careless server or transport breaks: separators, a percent escape, an emoji, half an emoji. */
  unicode: ["héllo 世界 🙂 \u2028 %41 \ud83d"],
  /** Would run in an htmlfile page if it were not escaped. */
  markup: ["</script><script>alert(1)</script>"],
  large: ["x".repeat(64 * 1024)],
  burst: Array.from({ length: 100 }, (_, index) => `${index + 1} of 100`),
};

/** What a transport has to bring back unchanged to pass its test. */
export const TEST_MESSAGES = ["hello", ...PRESETS.unicode, ...PRESETS.markup, "", "x".repeat(4096)];
