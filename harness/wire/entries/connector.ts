import { AbstractConnector } from 'ioredis';
import type { RedisOptions } from 'ioredis';
import { runInFlow } from '../../base/flow.js';
import type { Client } from '../gate/client.js';
import { Link } from '../gate/link.js';

/** What ioredis takes as `options.Connector`. @internal */
export type ConnectorClass = NonNullable<RedisOptions['Connector']>;
/** What ioredis takes for its socket. @internal */
export type NetStream = Awaited<ReturnType<AbstractConnector['connect']>>;

/**
 * The way in for ioredis and iovalkey: a `Connector` whose streams end at the gate. ioredis constructs it once per
 * client object and calls `connect` for every connection. One set of options may make several client objects
 * (`duplicate()`, or `new Redis(options)` twice), so each asks who it is.
 *
 * @internal
 */
export function connectorFor(claim: () => Client): ConnectorClass {
  return class GateConnector extends AbstractConnector {
    readonly client = claim();
    #link: Link | undefined;

    constructor() {
      super(0);
    }

    override connect(): Promise<NetStream> {
      const { client } = this;
      return runInFlow(client.flow, () => {
        this.connecting = true;
        client.connects += 1;
        const link = new Link(client, client.connects);
        this.#link = link;
        client.connectionOpened(link);
        this.stream = link.stream as unknown as NetStream;
        // A connect that will be refused is a stream that fails later: rejecting here would end the client for good.
        client.network.connecting(link);
        return Promise.resolve(this.stream);
      });
    }

    /** As the original, but closing needs no timer: the other end of this stream always answers. */
    override disconnect(): void {
      this.connecting = false;
      if (this.#link?.isConnecting === true) this.#link.stream.destroy();
      else this.stream?.end();
    }
  };
}
