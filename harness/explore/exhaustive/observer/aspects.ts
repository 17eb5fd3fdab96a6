import type { LookKind } from '../../../check/history-lens.js';
import type { WireCommand } from '../../../check/happened.js';
import { add, read, write, type Access } from '../../events/footprint.js';
import { CLOCK, historyOf, worker } from '../../events/resources.js';

const MEMORY = 'memory';
const TIME = 'time';

/** What an invariant looks at in the history: operations or commands of some name, or a key. */
type Look = readonly [invariant: string, kind: LookKind, name: string];

/** Whether a loop ends by itself, without anything new to see. */
interface LoopAspect {
  readonly loop: string;
  readonly ends: boolean;
}

/** One of the `Aspects`, as data. @internal */
export type SavedAspect = typeof MEMORY | typeof TIME | Look | LoopAspect;

/**
 * What turned out to matter besides keys and connections: what invariants look at in the history, that workers share
 * memory, that deadlines are reached, which loops never end. It only ever grows.
 *
 * @internal
 */
export class Aspects {
  readonly #known = new Map<string, Look>();
  readonly #loops = new Map<string, boolean>();
  #memory = false;
  #time = false;

  /** @param saved - what `save` gave */
  constructor(saved: readonly SavedAspect[] = []) {
    for (const one of saved) {
      if (one === MEMORY) this.#memory = true;
      else if (one === TIME) this.#time = true;
      else if ('loop' in one) this.noteLoop(one.loop, one.ends);
      else this.look(...one);
    }
  }

  /** How many are known: it has grown when there is something new. */
  get size(): number {
    return this.#known.size + this.#loops.size + Number(this.#memory) + Number(this.#time);
  }

  /** Workers share memory: nothing of one commutes with anything of another. */
  get memory(): boolean {
    return this.#memory;
  }

  /** Takes note that workers share memory. */
  shareMemory(): void {
    this.#memory = true;
  }

  /** Deadlines are reached, or somebody looks how far away they are: it matters when a key got its own. */
  get time(): boolean {
    return this.#time;
  }

  /** Takes note that it matters when a key got its deadline. */
  mindTime(): void {
    this.#time = true;
  }

  /** Is there a loop that does not end by itself? */
  get endless(): boolean {
    return [...this.#loops.values()].includes(false);
  }

  /** Does a loop end by itself? Undefined where nobody has tried. */
  loopEnds(loop: string): boolean | undefined {
    return this.#loops.get(loop);
  }

  /** Takes note of whether a loop ends by itself. */
  noteLoop(loop: string, ends: boolean): void {
    this.#loops.set(loop, ends);
  }

  /** Takes note of what an invariant looked at. @param invariant - its name */
  look(invariant: string, kind: LookKind, name: string): void {
    const look: Look = [invariant, kind, name];
    this.#known.set(JSON.stringify(look), look);
  }

  /** All that is known, as data. */
  save(): SavedAspect[] {
    return [
      ...this.#known.values(),
      ...[...this.#loops].map(([loop, ends]) => ({ loop, ends })),
      ...(this.#memory ? ([MEMORY] as const) : []),
      ...(this.#time ? ([TIME] as const) : []),
    ];
  }

  /**
   * What the start or the end of an operation touches, so that whatever an invariant can tell apart is ordered. Positions
   * are compared within one invariant; two starts are of no interest to one that asks for overlaps only.
   */
  ofOperation(name: string, what: 'start' | 'end'): Access[] {
    const accesses: Access[] = [];
    for (const [invariant, kind, looked] of this.#known.values()) {
      if (kind === 'order' && looked === name) accesses.push(write(historyOf(invariant, '')));
      if (kind === 'times' && looked === name) accesses.push(read(CLOCK));
      if (kind === 'overlaps' && looked === name) {
        const resource = historyOf(invariant, `overlaps ${name}`);
        accesses.push(what === 'start' ? read(resource) : add(resource));
      }
      if (what === 'start' && kind === 'all') accesses.push(write(historyOf(invariant, 'starts')));
      if (what === 'start' && kind === 'starts' && looked === name)
        accesses.push(write(historyOf(invariant, `starts ${name}`)));
    }
    return accesses;
  }

  /** What any step touches, whatever it does: how many came before something is looked at. */
  ofStep(): Access[] {
    return this.#ofKind('steps');
  }

  /** What it touches that a fault begins, goes on or is over. */
  ofFault(): Access[] {
    return this.#ofKind('faults');
  }

  #ofKind(wanted: LookKind): Access[] {
    const accesses: Access[] = [];
    for (const [invariant, kind] of this.#known.values())
      if (kind === wanted) accesses.push(write(historyOf(invariant, '')));
    return accesses;
  }

  /** What a command touches by being in the history. */
  ofCommand(command: WireCommand): Access[] {
    const accesses: Access[] = [];
    for (const [invariant, kind, name] of this.#known.values()) {
      if (kind === 'commands') accesses.push(write(historyOf(invariant, '')));
      if (kind === 'moments') accesses.push(read(CLOCK));
      if (kind === 'own') accesses.push(write(worker(command.worker)));
      if (kind === 'key' && command.applied && command.command.includes(name, 1))
        accesses.push(write(historyOf(invariant, `key ${name}`)));
    }
    return accesses;
  }
}
