import { Redis } from 'ioredis';
import { runOutsideFlows } from '../../base/flow.js';
import type { Endpoint } from '../../server/types.js';
import { ConnectionState } from '../../wire/gate/connection-state.js';
import { directConnectorTo } from '../../wire/entries/direct-connector.js';

/** Events that only setup listens for. */
const MESSAGES = ['message', 'messageBuffer', 'pmessage', 'pmessageBuffer', 'smessage', 'smessageBuffer'];
/** Those that the client itself listens for too, while it connects. */
const LIFE = ['connect', 'ready', 'close', 'reconnecting', 'end'];

/** A command of ioredis that was asked for, as far as it matters here. @internal */
export interface AskedCommand {
  readonly name: string;
  readonly args: unknown[];
  readonly promise: Promise<unknown>;
  resolve: (answer: unknown) => unknown;
  reject: (error: Error) => void;
}

/**
 * Answers commands in place of the server; what it throws is what the caller gets.
 *
 * @param name - in upper case
 * @param pipelined - it is one of several that its caller writes at once: all of them are answered or refused, or none
 * @returns false for one that is to be sent
 * @internal
 */
export type Answering = (name: string, command: AskedCommand, pipelined: boolean) => boolean;

type SendCommand = (command: AskedCommand, ...rest: unknown[]) => unknown;

/** A command that was not answered, or answered with an error. @internal */
export interface Refusal {
  /** Its name, in upper case. */
  readonly command: string;
  /** What its caller got. */
  readonly error: Error;
}

/**
 * The plain client that setup and invariants use, straight to the server. It is looked over between executions: one
 * that was closed, or that selected another database, is replaced, so that every execution finds the same.
 *
 * @internal
 */
export class Inspector {
  redis: Redis;
  /** Commands that came to nothing since somebody last emptied this list. */
  readonly refusals: Refusal[] = [];
  /** Is asked first, while it is set. */
  answering: Answering | undefined;
  #state = new ConnectionState();

  /**
   * @param replyLimitMs - real time that a reply may take
   * @param onCommand - is told of every command; what it throws is what the caller of a command gets that is not to be sent
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
    if (!this.#state.fresh || this.redis.status === 'end' || this.#listenedTo) this.reconnect();
  }

  /** Replaces it: the server that it was connected to is gone. */
  reconnect(): void {
    this.redis.disconnect();
    this.#state = new ConnectionState();
    this.redis = this.#connect();
  }

  /** Did setup leave listeners on it? They would be there twice in the next execution, and more and more often. */
  get #listenedTo(): boolean {
    const { redis } = this;
    const events = redis.status === 'ready' ? [...MESSAGES, ...LIFE] : MESSAGES;
    return redis.listenerCount('error') > 1 || events.some((event) => redis.listenerCount(event) > 0);
  }

  /** False once the connection is lost: then nothing that it said counts. */
  get connected(): boolean {
    return this.redis.status !== 'end' && this.redis.status !== 'close';
  }

  close(): void {
    this.redis.disconnect();
  }

  /** Listening to its promise would hide from Node that nobody else does. */
  #watch(name: string, command: AskedCommand): void {
    const { reject } = command;
    command.reject = (error) => {
      this.refusals.push({ command: name, error });
      reject(error);
    };
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
        this.#state.wrote(name);
        this.#watch(name, command);
        try {
          this.onCommand(name, command.args as string[]);
          if (this.answering?.(name, command, isPipelined(rest[0])) === true) return command.promise;
        } catch (error) {
          // It is not to be sent.
          command.reject(error as Error);
          return command.promise;
        }
      }
      return send.call(redis, command, ...rest);
    };
    return redis;
  }
}

/** A pipeline of ioredis hands its commands a stream of its own, which writes once all of them are there. */
function isPipelined(stream: unknown): boolean {
  return (stream as { readonly isPipeline?: boolean } | undefined)?.isPipeline === true;
}

/** An argument as it goes to the server, one character a byte. @internal */
export function bytesOf(arg: unknown): string {
  return (Buffer.isBuffer(arg) ? arg : Buffer.from(String(arg))).toString('latin1');
}
