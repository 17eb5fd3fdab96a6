import type { Crew, Outline } from '../../explore/crew.js';
import type { MemberProcess } from './member-process.js';
import type { CastName } from './protocol.js';

/** Tapes in one message: few, since the last one asked for is the most urgent. */
const BATCH = 4;
/** Messages under way to one process, so that it has the next one when it is done with the last. */
const UNDER_WAY = 2;

interface Wanted {
  readonly tape: readonly number[];
  readonly resolve: (outline: Outline) => void;
  readonly reject: (error: Error) => void;
}

/** Processes that run the tapes of one scenario. */
export class ProcessCrew implements Crew {
  readonly #wanted: Wanted[] = [];
  readonly #busy = new Map<MemberProcess, number>();
  #scheduled = false;

  /** @param seed - of the random numbers of the workers */
  constructor(
    readonly members: readonly MemberProcess[],
    readonly cast: CastName,
    readonly seed: number,
  ) {}

  get size(): number {
    return this.members.length;
  }

  run(tape: readonly number[]): Promise<Outline> {
    return new Promise((resolve, reject) => {
      this.#wanted.push({ tape, resolve, reject });
      if (this.#scheduled) return;
      this.#scheduled = true;
      // Whoever asks asks for several.
      queueMicrotask(() => {
        this.#scheduled = false;
        this.#hand();
      });
    });
  }

  forget(): void {
    this.#wanted.length = 0;
  }

  #hand(): void {
    for (let round = 0; round < UNDER_WAY; round++) {
      for (const member of this.members) {
        if ((this.#busy.get(member) ?? 0) > round || this.#wanted.length === 0) continue;
        void this.#send(member, this.#wanted.splice(-BATCH).toReversed());
      }
    }
  }

  async #send(member: MemberProcess, batch: readonly Wanted[]): Promise<void> {
    this.#busy.set(member, (this.#busy.get(member) ?? 0) + 1);
    try {
      const tapes = batch.map(({ tape }) => tape);
      const outlines = await member.ask('tapes', { cast: this.cast, seed: this.seed, tapes });
      for (const [at, { resolve }] of batch.entries()) resolve(outlines[at]!);
    } catch (error) {
      for (const { reject } of batch) reject(error as Error);
    } finally {
      this.#busy.set(member, this.#busy.get(member)! - 1);
      this.#hand();
    }
  }
}
