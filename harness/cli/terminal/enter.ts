import type { Readable, Writable } from 'node:stream';

/** One line up, and clear it. */
const LINE_BACK = '\u001B[A\u001B[K';

/**
 * Waits until somebody presses Enter. What the terminal shows of that is taken away again: it would tear a table apart
 * that is printed row by row. Once nobody can press it any more (Ctrl-D), nothing is waited for.
 *
 * @param signal - ends the wait, too
 * @internal
 */
export function enter(input: Readable, output: Pick<Writable, 'write'>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (input.readableEnded || signal.aborted) return resolve();
    const go = (): void => {
      input.pause();
      input.off('data', pressed).off('end', go);
      signal.removeEventListener('abort', go);
      resolve();
    };
    const pressed = (): void => {
      output.write(LINE_BACK);
      go();
    };
    input.once('data', pressed).once('end', go);
    signal.addEventListener('abort', go, { once: true });
    input.resume();
  });
}
