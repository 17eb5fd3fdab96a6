import { runInFlow, type Flow } from '../../base/flow.js';
import type { Endpoint } from '../../server/types.js';
import { FrameReader } from '../frame-reader.js';
import { ClientStream, type ClientEnd, type StreamPeer } from '../gate/client-stream.js';
import { decodeRequest, RespError } from '../resp.js';
import type { ConnectorClass } from './connector.js';
import { directConnectorTo, openDirectly } from './direct-connector.js';

/** Where a flow keeps its own. */
const DIRECT = Symbol('race-lab.direct-clients');

interface Served extends Flow {
  [DIRECT]?: DirectClients;
}

/** Those of a setup; undefined for everybody else. @internal */
export function directClientsOf(flow: Flow): DirectClients | undefined {
  return (flow as Served)[DIRECT];
}

/**
 * The clients that unscheduled code makes by itself: they go straight to the server, whatever they are, and are closed
 * when that code is over.
 *
 * @internal
 */
export class DirectClients {
  readonly #open = new Set<ClientEnd>();
  #closed = false;

  /**
   * @param flow - whose clients these are
   * @param onCommand - is told of every command, with its arguments
   */
  constructor(
    readonly endpoint: Endpoint,
    readonly flow: Flow,
    readonly onCommand: (command: readonly Buffer[]) => void,
  ) {
    (flow as Served)[DIRECT] = this;
  }

  /** For clients of the ioredis family. */
  get connector(): ConnectorClass {
    return directConnectorTo(this.endpoint, () => this.open((peer) => new FlowStream(peer, this.flow)));
  }

  /** Connects one. What tries again once the code is over hears nothing. */
  open<End extends ClientEnd>(makeEnd: (peer: StreamPeer) => End): End {
    if (this.#closed) return makeEnd({ receive: () => {}, clientClosed: () => {} });
    const frames = new FrameReader();
    const end = openDirectly(
      this.endpoint,
      (peer) =>
        makeEnd({
          receive: (chunk) => peer.receive(chunk),
          clientClosed: () => {
            this.#open.delete(end);
            peer.clientClosed();
          },
        }),
      (chunk) => {
        for (const frame of frames.push(chunk)) this.#note(frame);
      },
    );
    this.#open.add(end);
    return end;
  }

  /** What is no request the server refuses by itself. */
  #note(frame: Buffer): void {
    try {
      this.onCommand(decodeRequest(frame));
    } catch (error) {
      if (!(error instanceof RespError)) throw error;
    }
  }

  /** Nothing comes in any more, and what is open breaks off. @returns whether anything was */
  close(): boolean {
    this.#closed = true;
    const left = [...this.#open];
    for (const end of left) end.destroy();
    return left.length > 0;
  }
}

/** What happens to it happens in its flow. */
class FlowStream extends ClientStream {
  readonly #flow: Flow;

  constructor(peer: StreamPeer, flow: Flow) {
    super(peer);
    this.#flow = flow;
  }

  override connected(): void {
    runInFlow(this.#flow, () => super.connected());
  }

  override deliver(bytes: Buffer): void {
    runInFlow(this.#flow, () => super.deliver(bytes));
  }

  override remoteEnd(): void {
    runInFlow(this.#flow, () => super.remoteEnd());
  }
}
