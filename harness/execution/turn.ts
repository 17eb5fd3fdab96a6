import { real } from '../clock/globals.js';

/** Lets the event loop turn once: every microtask that can run has run afterwards. */
export function turn(): Promise<void> {
  return new Promise((resolve) => real.setImmediate(resolve));
}
