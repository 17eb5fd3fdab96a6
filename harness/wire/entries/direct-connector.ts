import type { Socket } from 'node:net';
import { AbstractConnector } from 'ioredis';
import { runOutsideFlows } from '../../base/flow.js';
import type { Endpoint } from '../../server/types.js';
import { ClientStream, type ClientEnd, type StreamPeer } from '../gate/client-stream.js';
import { connectLightly } from '../upstream/light-socket.js';
import type { ConnectorClass, NetStream } from './connector.js';

/**
 * The way of the lab's own client to the server: past the gate, but by the same light stream as the clients of workers,
 * since what a `net.Socket` does with every reply, as a stream, costs more than the command.
 *
 * @param open - connects, where that is more than the connection alone
 * @internal
 */
export function directConnectorTo(
  endpoint: Endpoint,
  open = (): ClientStream => openDirectly(endpoint, (peer) => new ClientStream(peer)),
): ConnectorClass {
  return class DirectConnector extends AbstractConnector {
    constructor() {
      super(0);
    }

    override connect(): Promise<NetStream> {
      this.connecting = true;
      this.stream = open() as unknown as NetStream;
      return Promise.resolve(this.stream);
    }

    /** As the original, but closing needs no timer: the other end of this stream always answers. */
    override disconnect(): void {
      this.connecting = false;
      this.stream?.end();
    }
  };
}

/**
 * Connects a client's end to the server, with nothing in between.
 *
 * @param makeEnd - makes the client's end of the connection
 * @param onWrite - is told of what the client writes, before it is sent
 * @internal
 */
export function openDirectly<End extends ClientEnd>(
  endpoint: Endpoint,
  makeEnd: (peer: StreamPeer) => End,
  onWrite?: (chunk: Buffer) => void,
): End {
  let socket: Socket | undefined = undefined;
  const end = makeEnd({
    receive: (chunk) => {
      onWrite?.(chunk);
      socket?.write(chunk);
    },
    clientClosed: () => socket?.destroy(),
  });
  socket = runOutsideFlows(() => connectLightly(endpoint, (chunk) => end.deliver(chunk)));
  socket.on('connect', () => end.connected());
  socket.on('error', (error) => end.destroy(error));
  socket.on('end', () => end.remoteEnd());
  socket.on('close', () => end.destroy());
  return end;
}
