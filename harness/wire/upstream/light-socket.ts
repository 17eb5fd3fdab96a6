import { createConnection, type Socket } from 'node:net';
import { markOurs } from '../../clock/other-redis.js';
import { noteOwn } from '../../server/probe/own-ports.js';
import type { Endpoint } from '../../server/types.js';

/** All connections read into this one; what was read is copied before anything else happens. */
const READ_BUFFER = Buffer.allocUnsafeSlow(64 * 1024);

/**
 * A connection of the lab itself that reads straight from the socket: streams cost more than everything else that is
 * done with a reply.
 *
 * @param receive - gets what was read, as a buffer of its own
 * @internal
 */
export function connectLightly(endpoint: Endpoint, receive: (chunk: Buffer) => void): Socket {
  const socket = createConnection({
    ...endpoint,
    keepAlive: false,
    onread: {
      buffer: READ_BUFFER,
      callback: (length, buffer) => {
        receive(Buffer.from((buffer as Buffer).subarray(0, length)));
        return true;
      },
    },
  });
  markOurs(socket);
  noteOwn(socket);
  return socket.setNoDelay(true);
}
