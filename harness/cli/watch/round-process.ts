import { exitText } from '../../base/exit-text.js';
import type { ChildProcess } from 'node:child_process';
import type { RedisServer } from '../../server/types.js';
import { endsOrIsKilled, startProcess } from '../context/other-process.js';
import { answerFor, factsOf } from './lent-out.js';
import type { FromRound, RoundOrder, ToRound } from './protocol.js';

/** How a round ended. @internal */
export interface RoundEnd {
  /** The server is as it was: nobody knows where the process did not come to its end. */
  readonly usable: boolean;
  /** Why it did not. */
  readonly died: string | undefined;
}

/** The process of one round, seen from the one that watches. It begins to load at once, and waits for its order. @internal */
export class RoundProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<RoundEnd>;
  readonly #ready: Promise<void>;
  #server: RedisServer | undefined;
  #tellReady: () => void = () => {};
  #usable: boolean | undefined;
  #stopped = false;

  constructor() {
    this.#ready = new Promise((resolve) => (this.#tellReady = resolve));
    this.#child = startProcess('./round', import.meta.url, ['ignore', 'inherit', 'inherit', 'ipc']);
    this.#child.on('message', (message) => this.#receive(message as FromRound));
    this.#ended = new Promise((resolve) => {
      const end = (died: string): void => {
        this.#tellReady();
        // Of one that was stopped nobody has to be told that it is gone.
        const isKnown = this.#usable !== undefined || this.#stopped;
        resolve({ usable: this.#usable ?? this.#server === undefined, died: isKnown ? undefined : died });
      };
      this.#child.once('error', (error) => end(`could not be started: ${error.message}`));
      this.#child.once('exit', (code, signal) => end(exitText(code, signal)));
    });
  }

  /** Runs one round, once. @returns how it ended; never rejects */
  async run(order: Omit<RoundOrder, 'server'>, server: RedisServer): Promise<RoundEnd> {
    await this.#ready;
    this.#server = server;
    this.#send({ kind: 'run', order: { ...order, server: factsOf(server) } });
    return await this.#ended;
  }

  /** Ends it, whatever it does, and waits until it is gone. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#send({ kind: 'stop' });
    // One that waits for its order has nothing to bring to an end.
    if (this.#server === undefined) this.#child.kill('SIGKILL');
    await endsOrIsKilled(this.#child, this.#ended);
  }

  #send(message: ToRound): void {
    // What cannot be reached has ended.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  #receive(message: FromRound): void {
    if (message.kind === 'ready') this.#tellReady();
    else if (message.kind === 'done') this.#usable = message.usable;
    else if (this.#server !== undefined) {
      const { id, ask } = message;
      void answerFor(this.#server, ask).then((answer) => this.#send({ kind: 'answer', id, answer }));
    }
  }
}
