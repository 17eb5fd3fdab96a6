/** What Vitest and its processes say to each other (birpc): a question with its number, and an answer with the same. */
interface Said {
  readonly t?: unknown;
  readonly i?: unknown;
  /** What is asked for. */
  readonly m?: unknown;
}

type Send = (message: unknown, ...rest: unknown[]) => unknown;

/** Where every message to the parent process passes, also those of who took `process.send` early. */
const channel = process as unknown as { _send?: Send };

/**
 * Sees what code of a flow asks the process of Vitest that started this one: a module that a test imports while it runs is found and
 * transformed over there. Nothing else shows that something is to come.
 *
 * @param asked - called in the context of who asks; returns what is called once the answer is there
 * @returns a function that takes it back
 * @internal
 */
export function watchRunnerAsks(asked: () => (() => void) | undefined): () => void {
  const send = channel._send;
  if (send === undefined) return () => {};
  const open = new Map<unknown, () => void>();
  const answered = (said: Said | undefined): void => {
    if (said?.t !== 's' || !open.has(said.i)) return;
    open.get(said.i)!();
    open.delete(said.i);
    if (open.size === 0) process.off('message', answered);
  };
  const watching: Send = (message, ...rest) => {
    if (isQuestion(message)) {
      const answer = asked();
      // Whoever listens keeps the process alive, so only for as long as there is something to hear.
      if (answer !== undefined && open.size === 0) process.on('message', answered);
      if (answer !== undefined) open.set(message.i, answer);
    }
    return send.call(process, message, ...rest);
  };
  channel._send = watching;
  return () => {
    process.off('message', answered);
    if (channel._send === watching) channel._send = send;
  };
}

/** Nobody waits for what is only told (`onUserConsoleLog`). */
function isQuestion(message: unknown): message is Said {
  const said = message as Said | null;
  return said?.t === 'q' && typeof said.m === 'string' && !said.m.startsWith('on') && said.i !== undefined;
}
