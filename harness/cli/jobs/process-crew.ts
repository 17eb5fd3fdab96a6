import type { AnyCrew, CrewTask, CrewTasks } from '../../explore/search/crew-tasks.js';
import type { MemberProcess } from './member-process.js';
import type { CrewAnswer, CrewAsk } from './protocol.js';
import type { VariantRef } from '../context/findings.js';

/** Messages under way to one process, so that it has the next one when it is done with the last. */
const UNDER_WAY = 2;

interface Wanted {
  readonly ask: CrewAsk;
  readonly resolve: (answer: CrewAnswer) => void;
  readonly reject: (error: Error) => void;
}

/** Processes that run executions of one scenario. @internal */
export class ProcessCrew implements AnyCrew {
  readonly #wanted: Wanted[] = [];
  readonly #busy = new Map<MemberProcess, number>();
  #scheduled = false;

  /** @param seed - of the random numbers of the workers */
  constructor(
    readonly members: readonly MemberProcess[],
    readonly ref: VariantRef,
    readonly seed: number,
  ) {}

  /** How many processes there are. */
  get size(): number {
    return this.members.length;
  }

  /** Has one of them run this. Of what waits, the latest goes first. @throws JobError when its process is gone */
  run<Task extends CrewTask>(task: Task, ask: CrewTasks[Task]['ask']): Promise<CrewTasks[Task]['answer']> {
    return new Promise((resolve, reject) => {
      this.#wanted.push({ ask: { task, ask } as CrewAsk, resolve, reject });
      if (this.#scheduled) return;
      this.#scheduled = true;
      // Asks come several at a time: they are shared out once all of them are there.
      queueMicrotask(() => {
        this.#scheduled = false;
        this.#shareOut();
      });
    });
  }

  /** Drops what has not been sent yet; its promises never settle. */
  forget(): void {
    this.#wanted.length = 0;
  }

  #shareOut(): void {
    for (let round = 0; round < UNDER_WAY; round++) {
      for (const member of this.members) {
        if ((this.#busy.get(member) ?? 0) > round || this.#wanted.length === 0) continue;
        void this.#send(member, this.#wanted.pop()!);
      }
    }
  }

  async #send(member: MemberProcess, { ask, resolve, reject }: Wanted): Promise<void> {
    this.#busy.set(member, (this.#busy.get(member) ?? 0) + 1);
    try {
      resolve(await member.ask('crew', { ref: this.ref, seed: this.seed, ask }));
    } catch (error) {
      reject(error as Error);
    } finally {
      this.#busy.set(member, this.#busy.get(member)! - 1);
      this.#shareOut();
    }
  }
}
