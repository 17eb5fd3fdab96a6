import type { Readable } from 'node:stream';

/** Asks for one line. @returns undefined where nobody can answer any more @internal */
export type AskLine = (question: string) => Promise<string | undefined>;

/**
 * Lines that somebody types, each when it is asked for. What was typed ahead answers the next question.
 *
 * @param say - shows a question; the cursor stays behind it
 * @param signal - ends a question, too
 * @internal
 */
export function linesOf(input: Readable, say: (text: string) => void, signal: AbortSignal): AskLine {
  let ahead = '';
  return async (question) => {
    say(question);
    while (!ahead.includes('\n')) {
      const typed = await more(input, signal);
      if (typed === undefined) {
        // The terminal stands behind a question that nobody ended by Enter.
        say('\n');
        return undefined;
      }
      ahead += typed;
    }
    const [line, ...rest] = ahead.split('\n');
    ahead = rest.join('\n');
    return line!.trim();
  };
}

/** The next piece of it; undefined at its end (Ctrl-D), and where the wait is over (Ctrl-C). */
function more(input: Readable, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    if (input.readableEnded || input.destroyed || signal.aborted) return resolve(undefined);
    const finish = (typed: string | undefined): void => {
      input.pause();
      input.off('data', take).off('end', gone).off('error', gone);
      signal.removeEventListener('abort', gone);
      resolve(typed);
    };
    const take = (data: unknown): void => finish(String(data));
    const gone = (): void => finish(undefined);
    input.once('data', take).once('end', gone).once('error', gone);
    signal.addEventListener('abort', gone, { once: true });
    input.resume();
  });
}
