import { Socket } from 'node:net';

type Write = (this: Socket, ...args: unknown[]) => unknown;

/** What is written in one piece; several chunks where a stream was corked. */
type Written = string | Buffer | readonly { readonly chunk: string | Buffer }[];

/**
 * Sees every write to a real socket of this process. Pools keep connections open (undici behind `fetch`, the agents of
 * `node:http`, clients of databases), so that who waits for an answer need not be who opened the socket.
 *
 * @param seen - called before the bytes go out, in the context of who writes, with the first of them
 * @returns a function that takes it back
 * @internal
 */
export function watchWrites(seen: (socket: Socket, first: string | Buffer) => void): () => void {
  const prototype = Socket.prototype as unknown as Record<'_write' | '_writev', Write>;
  const undo = (['_write', '_writev'] as const).map((name) => {
    const write = prototype[name];
    const watched: Write = function (...args) {
      const written = args[0] as Written;
      seen(
        this,
        typeof written === 'string' || Buffer.isBuffer(written) ? written : (written[0]?.chunk ?? ''),
      );
      return write.apply(this, args);
    };
    prototype[name] = watched;
    return () => {
      if (prototype[name] === watched) prototype[name] = write;
    };
  });
  return () => undo.forEach((takeBack) => takeBack());
}
