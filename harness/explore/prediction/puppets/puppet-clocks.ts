import { EPOCH_MS } from '../../../clock/virtual-time.js';
import { nextOf, ownDueOf, type OrderedTimer, type PendingTimer } from '../../../clock/timer-order.js';
import type { Flow } from '../../../base/flow.js';
import { expiryOf, type Expiry } from '../../../server-clock/deadlines.js';
import type { StoreMirror } from '../store/store-mirror.js';
import type { Puppet } from './puppets.js';

/** The clock of a predicted execution. @internal */
export class PuppetTime {
  wallMs = EPOCH_MS;
  looked = false;
  #all: readonly OrderedTimer[] = [];

  constructor(readonly puppets: readonly Puppet[]) {}

  get positionMs(): number {
    return this.wallMs - EPOCH_MS;
  }

  get size(): number {
    return this.#all.length;
  }

  next(held?: (timer: PendingTimer) => boolean): PendingTimer[] {
    return nextOf(this.#all, held);
  }

  get ownDueMs(): ReadonlyMap<Flow, number> {
    return ownDueOf(this.#all, this.wallMs);
  }

  waits(flow: Flow, clients = true): boolean {
    return this.#of(flow).timers.some(({ byClient }) => clients || !byClient);
  }

  timersSet(flow: Flow): number {
    return this.#of(flow).timersSet;
  }

  advanceTo({ dueMs }: Pick<PendingTimer, 'dueMs'>): void {
    this.wallMs = Math.max(this.wallMs, dueMs);
  }

  #of(flow: Flow): Puppet {
    return this.puppets[flow.worker - 1]!;
  }

  /** Somebody waits for other timers than before. */
  changed(): void {
    this.#all = this.puppets.flatMap(({ timers }) => timers);
  }
}

/** When keys of a predicted execution expire. @internal */
export class PuppetDeadlines {
  #steps = new Map<string, number>();

  constructor(readonly store: StoreMirror) {}

  after(nowMs: number): Expiry | undefined {
    const all = this.store.deadlines().map(([resource, deadlineMs]) => [resource, deadlineMs + 1] as const);
    const dueMs = Math.min(...all.map(([, due]) => due).filter((due) => due > nowMs));
    if (dueMs === Infinity) return undefined;
    const keys = all
      .filter(([, due]) => due === dueMs)
      .map(([resource]) => ({ database: 0, name: Buffer.from(resource.slice(2), 'latin1') }))
      .sort((a, b) => a.name.compare(b.name));
    return expiryOf(keys, dueMs, (label) => this.#steps.get(label) ?? 0);
  }

  /** Expiries so far, by what expired. */
  mark(): ReadonlyMap<string, number> {
    return new Map(this.#steps);
  }

  goBack(steps: ReadonlyMap<string, number>): void {
    this.#steps = new Map(steps);
  }

  passed({ label }: Expiry): void {
    this.#steps.set(label, (this.#steps.get(label) ?? 0) + 1);
  }
}
