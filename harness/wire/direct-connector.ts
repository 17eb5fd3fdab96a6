import type { Socket } from 'node:net';
import { AbstractConnector, type RedisOptions } from 'ioredis';
import { runOutsideFlows } from '../flow.js';
import type { Endpoint } from '../server/types.js';
import { ClientStream } from './client-stream.js';
import { connectLightly } from './light-socket.js';

type ConnectorClass = NonNullable<RedisOptions['Connector']>;
type NetStream = Awaited<ReturnType<AbstractConnector['connect']>>;

/**
 * The way of the lab's own client to the server: past the gate, but by the same light stream as the clients of workers,
 * since what a `net.Socket` does with every reply, as a stream, costs more than the command.
 */
export function directConnectorTo(endpoint: Endpoint): ConnectorClass {
  return class DirectConnector extends AbstractConnector {
    constructor() {
      super(0);
    }

    override connect(): Promise<NetStream> {
      this.connecting = true;
      const stream = runOutsideFlows(() => open(endpoint));
      this.stream = stream as unknown as NetStream;
      return Promise.resolve(this.stream);
    }

    /** As the original, but closing needs no timer: the other end of this stream always answers. */
    override disconnect(): void {
      this.connecting = false;
      this.stream?.end();
    }
  };
}

function open(endpoint: Endpoint): ClientStream {
  let socket: Socket | undefined = undefined;
  const stream = new ClientStream({
    receive: (chunk) => void socket?.write(chunk),
    clientClosed: () => socket?.destroy(),
  });
  socket = connectLightly(endpoint, (chunk) => stream.deliver(chunk));
  socket.on('connect', () => stream.connected());
  socket.on('error', (error) => stream.destroy(error));
  socket.on('end', () => stream.remoteEnd());
  socket.on('close', () => stream.destroy());
  return stream;
}
