import { Redis } from 'ioredis';
import { runOutsideFlows } from '../flow.js';
import type { Endpoint } from '../server/types.js';
import { ConnectionState } from '../wire/connection-state.js';
import { directConnectorTo } from '../wire/direct-connector.js';

type SendCommand = (command: { name: string; args: unknown[] }, ...rest: unknown[]) => unknown;

/**
 * The plain client that setup and invariants use, straight to the server. It is looked over between executions: one
 * that was closed, or that selected another database, is replaced, so that every execution finds the same.
 */
export class Inspector {
  redis: Redis;
  #state = new ConnectionState();

  /**
   * @param replyLimitMs - real time that a reply may take
   * @param onCommand - is told of every command
   */
  constructor(
    readonly endpoint: Endpoint,
    readonly replyLimitMs: number,
    readonly onCommand: (name: string, args: readonly string[]) => void,
  ) {
    this.redis = this.#connect();
  }

  /** Makes sure that it is like new. */
  renew(): void {
    if (!this.#state.fresh || this.redis.status === 'end') this.reconnect();
  }

  /** Replaces it: the server that it was connected to is gone. */
  reconnect(): void {
    this.redis.disconnect();
    this.#state = new ConnectionState();
    this.redis = this.#connect();
  }

  /** False once the connection is lost: then nothing that it said counts. */
  get connected(): boolean {
    return this.redis.status !== 'end' && this.redis.status !== 'close';
  }

  close(): void {
    this.redis.disconnect();
  }

  #connect(): Redis {
    const redis = runOutsideFlows(
      () =>
        new Redis({
          Connector: directConnectorTo(this.endpoint),
          maxRetriesPerRequest: 0,
          retryStrategy: () => null,
          commandTimeout: this.replyLimitMs,
          enableReadyCheck: false,
          disableClientInfo: true,
        }),
    );
    // Failures surface through the commands.
    redis.on('error', () => {});
    const target = redis as unknown as { sendCommand: SendCommand };
    const send = target.sendCommand;
    target.sendCommand = (command, ...rest) => {
      if (redis.status !== 'connect') {
        const name = String(command.name).toUpperCase();
        this.#state.note(name);
        this.onCommand(name, command.args as string[]);
      }
      return send.call(redis, command, ...rest);
    };
    return redis;
  }
}
