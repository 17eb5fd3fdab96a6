import { runOutsideFlows } from '../../base/flow.js';
import { forgetConnects } from '../../clock/other-redis.js';
import { addressText } from '../../clock/connect-arguments.js';
import type { ConnectorClass } from '../entries/connector.js';
import type { Client } from '../gate/client.js';
import { hookCalls, type NodeRedisObject } from '../gate/node-redis-calls.js';
import type { AppClient } from './app-client.js';
import { KeptState } from './kept-state.js';

const PORT = 6379;

/** Is that a client object of node-redis? @internal */
export function isNodeRedis(object: object): boolean {
  return (
    'isOpen' in object && typeof object.isOpen === 'boolean' && 'connect' in object && 'sendCommand' in object
  );
}

/** By which id the trace events of node-redis call a client; undefined for a version that has none. @internal */
export function traceIdOf(object: object): string | undefined {
  const { _clientId } = object as NodeRedisObject;
  return typeof _clientId === 'string' ? _clientId : undefined;
}

/** One of node-redis 4 to 6. It has no way in of its own, and so comes by its address. @internal */
export class NodeRedisClient implements AppClient {
  readonly address: string;
  readonly traceId: string | undefined;
  readonly #object: NodeRedisObject;
  #state: KeptState | undefined;
  #connects = false;
  #failed: unknown;

  constructor(object: object) {
    this.#object = object as NodeRedisObject;
    const { host = 'localhost', port = PORT, path } = this.#object.options?.socket ?? {};
    this.address = addressText(path === undefined ? { host, port } : { path });
    this.traceId = traceIdOf(object);
  }

  async rest(): Promise<void> {
    if (this.#state !== undefined) return;
    const object = this.#object;
    this.#connects = object.isOpen;
    forgetConnects(this.address);
    runOutsideFlows(() => this.#hangUp());
    await Promise.resolve();
    // What `createClient` returns from version 5 on only stands for it.
    this.#state = new KeptState(object._self ?? object);
  }

  begin(client: Client, _connector: ConnectorClass): void {
    hookCalls(this.#object, client);
    if (!this.#connects) return;
    this.#failed = undefined;
    this.#object
      .connect()
      .catch((error: unknown) => (this.#failed = error ?? new Error('it did not connect')));
  }

  get settled(): boolean {
    return !this.#connects || this.#object.isReady || this.#failed !== undefined;
  }

  connected(): void {
    if (this.#failed !== undefined) throw this.#failed;
  }

  leave(): void {
    this.#hangUp();
  }

  end(): void {
    this.#state?.restore();
  }

  #hangUp(): void {
    const object = this.#object;
    if (!object.isOpen) return;
    // What is under way fails, for callers that are part of nothing any more.
    if (object.destroy === undefined) object.disconnect?.()?.catch(() => {});
    else object.destroy();
  }
}
