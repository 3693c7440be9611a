/**
 * Keeps this process from sleeping until the returned function is called. A server that writes to a sleeping process pays for
 * waking it, and the more often the slower it is itself; a browser elsewhere costs it nothing of the kind.
 */
export function keepAwake(): () => void {
  let awake = true;
  const spin = (): void => {
    if (awake) setImmediate(spin);
  };
  spin();
  return () => {
    awake = false;
  };
}
