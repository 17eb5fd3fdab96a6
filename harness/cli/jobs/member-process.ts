import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Interrupted, JobError } from '../errors.js';
import type { Request, Response, TaskKind, Tasks } from './protocol.js';

/** From a checkout it is TypeScript, as this file is. */
const SCRIPT = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './member.ts' : './member.js', import.meta.url),
);
/** A process that was told to end and does not is killed after this time. */
const END_LIMIT_MS = 5000;

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
}

/** Another process, seen from the first one. */
export class MemberProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  readonly #ended: Promise<void>;
  #gone: Error | undefined;
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
    this.#child = fork(SCRIPT, [], {
      stdio: ['ignore', 2, 2, 'ipc'],
      serialization: 'advanced',
      // Ctrl-C is for the first process, which decides what becomes of the others.
      detached: true,
    });
    this.#child.on('message', (response) => this.#receive(response as Response));
    this.#ended = new Promise((resolve) => {
      const end = (how: string): void => {
        this.#lose(
          new JobError(`process ${number} of --jobs ${how}: nothing is known about what it was doing`),
        );
        resolve();
      };
      this.#child.once('error', (error) => end(`could not be started (${error.message})`));
      this.#child.once('exit', (code, signal) =>
        end(signal === null ? `ended with code ${code}` : `was killed by ${signal}`),
      );
    });
  }

  /** Its process id, while it runs. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** @throws JobError when the process is gone, or what was asked for could not be done */
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
      this.#waiting.set(id, { resolve, reject });
      const request = { id, kind, ask } as Request;
      this.#child.send(request, (error) => {
        if (error !== null)
          this.#lose(new JobError(`process ${this.number} of --jobs cannot be reached: ${error.message}`));
      });
    });
  }

  /** It can do nothing any more. */
  get gone(): boolean {
    return this.#gone !== undefined;
  }

  /** Lets it end, as `close` does, but what it explores is told to stop, and has time to say what it came to. */
  async stop(): Promise<void> {
    if (this.#exploring !== undefined && this.#child.connected) {
      // What cannot be reached has ended.
      this.#child.send({ kind: 'stop' } satisfies Request, () => {});
      const timer = setTimeout(() => this.#child.kill('SIGKILL'), END_LIMIT_MS);
      await this.#exploring;
      clearTimeout(timer);
    }
    await this.close();
  }

  /** Lets it end, its Redis with it. */
  async close(): Promise<void> {
    this.#lose(new Interrupted('stopped while other processes were at work'));
    if (this.#child.connected) this.#child.disconnect();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), END_LIMIT_MS);
    await this.#ended;
    clearTimeout(timer);
  }

  #receive(response: Response): void {
    if ('note' in response) this.onNote(response.note);
    if (!('id' in response)) return;
    const waiting = this.#waiting.get(response.id);
    this.#waiting.delete(response.id);
    if ('complaint' in response) waiting?.reject(new JobError(response.complaint));
    else waiting?.resolve(response.answer as never);
  }

  #lose(error: Error): void {
    if (this.#gone !== undefined) return;
    this.#gone = error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
