import type { LookKind } from '../../check/history-lens.js';
import type { WireCommand } from '../../check/history.js';
import { add, read, write, type Access } from '../footprint.js';
import { historyOf, worker } from '../resources.js';

const MEMORY = 'memory';
const TIME = 'time';

interface Look {
  readonly invariant: string;
  readonly kind: LookKind;
  readonly name: string;
}

/**
 * What turned out to matter besides keys and connections: what invariants look at in the history, that workers share
 * memory, that deadlines are reached. It only ever grows.
 */
export class Aspects {
  readonly #known = new Map<string, Look>();
  #memory = false;
  #time = false;

  /** @param saved - what `save` gave */
  constructor(saved: readonly unknown[] = []) {
    for (const one of saved) {
      if (one === MEMORY) this.#memory = true;
      else if (one === TIME) this.#time = true;
      else this.look(...(one as [string, LookKind, string]));
    }
  }

  get size(): number {
    return this.#known.size + Number(this.#memory) + Number(this.#time);
  }

  /** Workers share memory: nothing of one commutes with anything of another. */
  get memory(): boolean {
    return this.#memory;
  }

  shareMemory(): void {
    this.#memory = true;
  }

  /** Deadlines are reached, or somebody looks how far away they are: it matters when a key got its own. */
  get time(): boolean {
    return this.#time;
  }

  mindTime(): void {
    this.#time = true;
  }

  look(invariant: string, kind: LookKind, name: string): void {
    this.#known.set(JSON.stringify([invariant, kind, name]), { invariant, kind, name });
  }

  save(): unknown[] {
    return [
      ...[...this.#known.keys()].map((text) => JSON.parse(text) as unknown),
      ...(this.#memory ? [MEMORY] : []),
      ...(this.#time ? [TIME] : []),
    ];
  }

  /**
   * What the start or the end of an operation touches, so that whatever an invariant can tell apart is ordered. Positions
   * are compared within one invariant; two starts are of no interest to one that asks for overlaps only.
   */
  ofOperation(name: string, what: 'start' | 'end'): Access[] {
    const accesses: Access[] = [];
    for (const look of this.#known.values()) {
      const { invariant, kind } = look;
      if (kind === 'order' && look.name === name) accesses.push(write(historyOf(invariant, '')));
      if (kind === 'overlaps' && look.name === name) {
        const resource = historyOf(invariant, `overlaps ${name}`);
        accesses.push(what === 'start' ? read(resource) : add(resource));
      }
      if (what === 'start' && kind === 'all') accesses.push(write(historyOf(invariant, 'starts')));
      if (what === 'start' && kind === 'starts' && look.name === name)
        accesses.push(write(historyOf(invariant, `starts ${name}`)));
    }
    return accesses;
  }

  /** What a command touches by being in the history. */
  ofCommand(command: WireCommand): Access[] {
    const accesses: Access[] = [];
    for (const { invariant, kind, name } of this.#known.values()) {
      if (kind === 'commands') accesses.push(write(historyOf(invariant, '')));
      if (kind === 'own') accesses.push(write(worker(command.worker)));
      if (kind === 'key' && command.applied && command.command.includes(name, 1))
        accesses.push(write(historyOf(invariant, `key ${name}`)));
    }
    return accesses;
  }
}
