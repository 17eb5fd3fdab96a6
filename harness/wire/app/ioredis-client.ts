import { Socket } from 'node:net';
import type { Redis } from 'ioredis';
import { ScenarioError } from '../../base/scenario-error.js';
import { runOutsideFlows } from '../../base/flow.js';
import { real } from '../../clock/globals.js';
import { markOurs } from '../../clock/other-redis.js';
import type { ConnectorClass } from '../entries/connector.js';
import type { Client } from '../gate/client.js';
import type { AppClient } from './app-client.js';
import { KeptState } from './kept-state.js';

/** A command that waits for a connection. */
interface Waiting {
  readonly command: { readonly name: string; readonly args: unknown[]; resolve: (value: unknown) => void };
}

/** The parts of a client object of the ioredis family that are of interest here (versions 4 to 6, iovalkey). */
interface IoredisObject {
  status: string;
  stream?: unknown;
  connector: unknown;
  readonly options: { Connector?: unknown };
  readonly offlineQueue?: { toArray(): Waiting[] };
  readonly condition?: { readonly subscriber?: { channels(kind: string): string[] } | false } | null;
  connect(): Promise<unknown>;
  disconnect(): void;
  resetCommandQueue?(): void;
  resetOfflineQueue?(): void;
}

type Subscribe = (...channels: string[]) => Promise<unknown>;

/** How long a client may take to hang up, in real time: it waits for nobody. */
const REST_MS = 5000;
const KINDS = ['subscribe', 'psubscribe', 'ssubscribe'] as const;
/** What of its past it would act upon once it is connected again. */
const PAST: Readonly<Record<string, unknown>> = {
  prevCommandQueue: null,
  prevCondition: null,
  retryAttempts: 0,
  manuallyClosing: false,
};

/** Is that a client object of ioredis, or of iovalkey? @internal */
export function isIoredis(object: object): boolean {
  const { status, connector, options } = object as Partial<IoredisObject>;
  return (
    typeof status === 'string' && connector !== undefined && options !== undefined && 'sendCommand' in object
  );
}

/** One of ioredis 4 to 6, or of iovalkey. @internal */
export class IoredisClient implements AppClient {
  readonly address = undefined;
  readonly traceId = undefined;
  readonly #object: IoredisObject;
  readonly #place: string;
  /** What it subscribed to before it was taken over. */
  readonly #channels = new Map<string, Set<string>>();
  #state: KeptState | undefined;
  #connects = false;

  /** @param place - what the scenario calls it */
  constructor(object: object, place: string) {
    this.#object = object as IoredisObject;
    this.#place = place;
  }

  async rest(): Promise<void> {
    if (this.#state !== undefined) return;
    const object = this.#object;
    this.#connects = object.status !== 'wait' && object.status !== 'end';
    this.#noteSubscriptions();
    if (object.stream instanceof Socket) markOurs(object.stream);
    // One that waits for its first command is at rest already, and goes on waiting for it.
    if (object.status !== 'wait') runOutsideFlows(() => object.disconnect());
    const untilMs = real.now() + REST_MS;
    while (!['wait', 'end', 'reconnecting'].includes(object.status)) {
      if (real.now() > untilMs)
        throw new ScenarioError(`${this.#place} does not disconnect: it is "${object.status}"`);
      await new Promise<void>((resolve) => real.setImmediate(() => resolve()));
    }
    if (object.status === 'reconnecting') object.status = 'end';
    const properties = object as unknown as Record<string, unknown>;
    for (const [name, value] of Object.entries(PAST)) if (name in object) properties[name] = value;
    this.#state = new KeptState(object);
  }

  begin(client: Client, connector: ConnectorClass): void {
    const object = this.#object;
    object.options.Connector = connector;
    object.connector = new (connector as unknown as new (options: unknown) => unknown)(object.options);
    client.adopt(object as unknown as Redis);
    // As the constructor does; what becomes of it, its events tell.
    if (this.#connects) object.connect().catch(() => {});
  }

  get settled(): boolean {
    return !this.#connects || this.#object.status === 'ready';
  }

  connected(): void {
    for (const [kind, channels] of this.#channels) {
      const subscribe = (this.#object as unknown as Record<string, Subscribe>)[kind]!;
      subscribe.call(this.#object, ...channels).catch(() => {});
    }
  }

  leave(): void {
    this.#object.disconnect();
  }

  end(): void {
    this.#state?.restore();
    this.#object.resetCommandQueue?.();
    this.#object.resetOfflineQueue?.();
  }

  /** @throws ScenarioError when it was told to do something else */
  #noteSubscriptions(): void {
    const { condition, offlineQueue } = this.#object;
    const subscriber = condition?.subscriber;
    for (const kind of KINDS) {
      if (typeof subscriber === 'object')
        for (const name of subscriber.channels(kind)) this.#subscribed(kind, name);
    }
    for (const { command } of offlineQueue?.toArray() ?? []) {
      if (!KINDS.includes(command.name as (typeof KINDS)[number])) {
        throw new ScenarioError(
          `${this.#place} was told to ${command.name.toUpperCase()} when its module was loaded, and each execution has a clean ` +
            'Redis: do that in app.start',
        );
      }
      for (const name of command.args.flat()) this.#subscribed(command.name, String(name));
      command.resolve(command.args.length);
    }
    this.#object.resetOfflineQueue?.();
  }

  #subscribed(kind: string, channel: string): void {
    const known = this.#channels.get(kind) ?? new Set();
    this.#channels.set(kind, known.add(channel));
  }
}
