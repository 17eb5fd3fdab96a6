import { exitText } from '../../base/exit-text.js';
import type { ChildProcess } from 'node:child_process';
import { Interrupted, JobError } from '../context/errors.js';
import { endsOrIsKilled, startProcess } from '../context/other-process.js';
import type { MemberRequest, MemberResponse, TaskKind, Tasks } from './protocol.js';

interface Waiting {
  readonly kind: TaskKind;
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
}

/** Another process, seen from the first one. @internal */
export class MemberProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  readonly #ended: Promise<void>;
  #gone: Error | undefined;
  #tellLost: (reason: Error) => void = () => {};
  /** Resolves with the reason when it is gone, cannot be reached or has lost its Redis, and when it is closed. */
  readonly lost = new Promise<Error>((resolve) => (this.#tellLost = resolve));
  /** Its Redis is gone, of which it said so itself. */
  lostRedis = false;
  /** Ends with what it explores. */
  #exploring: Promise<void> | undefined;
  #nextId = 1;

  /**
   * @param number - of this process, for messages
   * @param onNote - takes lines for people
   */
  constructor(
    readonly number: number,
    readonly onNote: (line: string) => void,
  ) {
    // What workers print would get between the results, so it goes where progress goes.
    this.#child = startProcess('./member', import.meta.url, ['ignore', 2, 2, 'ipc']);
    this.#child.on('message', (response) => this.#receive(response as MemberResponse));
    this.#ended = new Promise((resolve) => {
      const end = (how: string): void => {
        this.#lose(
          new JobError(`process ${number} of --jobs ${how}: nothing is known about what it was doing`),
        );
        resolve();
      };
      this.#child.once('error', (error) => end(`could not be started (${error.message})`));
      this.#child.once('exit', (code, signal) => end(exitText(code, signal)));
    });
  }

  /** Its process id, while it runs. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Asks for a task. @throws JobError when the process is gone, or could not do it */
  async ask<Kind extends TaskKind>(kind: Kind, ask: Tasks[Kind]['ask']): Promise<Tasks[Kind]['answer']> {
    const answer = this.#ask(kind, ask);
    if (kind !== 'explore') return answer;
    this.#exploring = answer.then(
      () => {},
      () => {},
    );
    return answer.finally(() => (this.#exploring = undefined));
  }

  #ask<Kind extends TaskKind>(kind: Kind, ask: Tasks[Kind]['ask']): Promise<Tasks[Kind]['answer']> {
    return new Promise((resolve, reject) => {
      if (this.#gone !== undefined) {
        reject(this.#gone);
        return;
      }
      const id = this.#nextId++;
      this.#waiting.set(id, { kind, resolve, reject });
      const request = { id, kind, ask } as MemberRequest;
      this.#child.send(request, (error) => {
        if (error !== null)
          this.#lose(new JobError(`process ${this.number} of --jobs cannot be reached: ${error.message}`));
      });
    });
  }

  /** Whether it has ended, or cannot be reached. */
  get gone(): boolean {
    return this.#gone !== undefined;
  }

  /** Lets it end as `close` does, but first stops what it explores, and waits for what that came to. */
  async stop(): Promise<void> {
    if (this.#exploring !== undefined && this.#child.connected) {
      // What cannot be reached has ended.
      this.#child.send({ kind: 'stop' } satisfies MemberRequest, () => {});
      await endsOrIsKilled(this.#child, this.#exploring);
    }
    await this.close();
  }

  /** Lets it end, its Redis with it. */
  async close(): Promise<void> {
    this.#lose(new Interrupted('stopped while other processes were at work'));
    if (this.#child.connected) this.#child.disconnect();
    await endsOrIsKilled(this.#child, this.#ended);
  }

  /** Lets it end, since there is nothing that it could explore on. */
  async withoutRedis(): Promise<void> {
    this.lostRedis = true;
    await this.close();
  }

  #receive(response: MemberResponse): void {
    if ('note' in response) this.onNote(response.note);
    if (!('id' in response)) return;
    const waiting = this.#waiting.get(response.id);
    this.#waiting.delete(response.id);
    if ('complaint' in response) {
      const { complaint, lost } = response;
      const named = new JobError(`process ${this.number} of --jobs: ${complaint}`);
      // What a scenario says of itself is the same in every process, what befalls a server is not.
      waiting?.reject(lost || waiting.kind === 'start' ? named : new JobError(complaint));
      if (lost) {
        this.lostRedis = true;
        this.#lose(named);
      }
    }
    if ('answer' in response) waiting?.resolve(response.answer as never);
  }

  #lose(error: Error): void {
    if (this.#gone !== undefined) return;
    this.#gone = error;
    this.#tellLost(error);
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
