import type { Event } from '../events/event.js';
import { read, union, write, type Footprint } from '../events/footprint.js';
import { key as keyOf, limit, worker as workerOf } from '../events/resources.js';
import type { Command, Program, Reply } from './programs.js';

/** Something that a worker of the model waits for; the first to be performed wakes the worker. */
export interface Wait {
  /** Stable name within the worker. */
  readonly id: string;
  /** The command to run; none for a timer. */
  readonly command?: Command;
}

/** What became of one wait. `error` means a fault: the worker does not know whether the command ran. */
export interface Outcome {
  readonly id: string;
  readonly reply: Reply;
  readonly error: boolean;
}

/** A worker that may wait for several things at once: what it does not ask for again is cancelled. */
export type ModelBody = () => Generator<readonly Wait[], void, Outcome>;

/** Faults of the model. `lost`: the command does not run. `unheard`: it runs, the reply is lost. `crash`: the worker ends. */
export type ModelFault = 'lost' | 'unheard' | 'crash';

export interface Model {
  readonly workers: readonly ModelBody[];
  readonly faults: readonly ModelFault[];
  readonly budget: number;
  /** Offer the worker that ran last first, as the lab does; else by number. Default: true. */
  readonly calm?: boolean;
}

/** The model of a program: each worker runs one command after the other, and does a command again that failed. */
export function modelOf({ workers }: Program, faults: readonly ModelFault[] = [], budget = 0): Model {
  const sequential = workers.map(
    (body): ModelBody =>
      function* () {
        const commands = body();
        let nth = 0;
        for (let next = commands.next(); next.done !== true;) {
          nth += 1;
          const outcome: Outcome = yield [{ id: String(nth), command: next.value }];
          if (!outcome.error) next = commands.next(outcome.reply);
        }
      },
  );
  return { workers: sequential, faults, budget };
}

interface Pending {
  readonly event: Event;
  readonly worker: number;
  readonly wait: Wait;
  readonly fault: ModelFault | undefined;
}

/** Runs a model in memory, one event at a time. */
export class Machine {
  readonly #store = new Map<string, string>();
  readonly #running: (Generator<readonly Wait[], void, Outcome> | undefined)[];
  readonly #waits: (readonly Wait[])[];
  #faultsLeft: number;
  #pending: readonly Pending[] = [];
  #current = 0;

  constructor(readonly model: Model) {
    this.#running = model.workers.map((body) => body());
    this.#waits = this.#running.map((worker) => worker!.next().value ?? []);
    this.#faultsLeft = model.budget;
    this.#collect();
  }

  /** What could happen next, calmest first. */
  get options(): readonly Event[] {
    return this.#pending.map(({ event }) => event);
  }

  /** The worker of each option. */
  get workers(): readonly number[] {
    return this.#pending.map(({ worker }) => worker);
  }

  /** Workers that have ended. */
  get ended(): readonly number[] {
    return [...this.#running.keys()].filter((worker) => this.#running[worker] === undefined);
  }

  perform(index: number): Event {
    const { event, worker, wait, fault } = this.#pending[index]!;
    const applied = wait.command !== undefined && (fault === undefined || fault === 'unheard');
    const reply = applied ? this.#run(wait.command) : null;
    if (fault !== undefined) this.#faultsLeft -= 1;
    this.#current = worker;
    const running = this.#running[worker]!;
    const next =
      fault === 'crash' ? undefined : running.next({ id: wait.id, reply, error: fault !== undefined });
    if (next === undefined || next.done === true) this.#running[worker] = undefined;
    this.#waits[worker] = next === undefined || next.done === true ? [] : next.value;
    this.#collect();
    return event;
  }

  #collect(): void {
    const { model } = this;
    const first = model.calm === false ? [] : [this.#current];
    const order = [...first, ...model.workers.keys()].filter((worker, at, all) => all.indexOf(worker) === at);
    const calm: Pending[] = [];
    const faulty: Pending[] = [];
    for (const worker of order) {
      for (const wait of this.#waits[worker]!) {
        const key = `w${worker + 1}.${wait.id}`;
        const label = wait.command?.join(' ') ?? 'timer';
        const own: Footprint = [write(workerOf(worker + 1))];
        const full = union(own, wait.command === undefined ? [] : footprintOf(wait.command));
        calm.push({ event: { key, label, footprint: full, worker }, worker, wait, fault: undefined });
        if (this.#faultsLeft === 0 || wait.command === undefined) continue;
        for (const fault of model.faults) {
          const footprint = union(fault === 'unheard' ? full : own, [write(limit('fault'))]);
          const event = {
            key: `${key}!${fault}`,
            label: `${label} [${fault}]`,
            footprint,
            worker,
            cost: 'fault' as const,
          };
          faulty.push({ event, worker, wait, fault });
        }
      }
    }
    this.#pending = [...calm, ...faulty];
  }

  #run([name, key, value, option]: Command): Reply {
    const store = this.#store;
    const known = store.get(key!) ?? null;
    switch (name) {
      case 'GET':
        return known;
      case 'SET':
        if (option === 'NX' && known !== null) return null;
        store.set(key!, value!);
        return 'OK';
      case 'DEL':
        return store.delete(key!) ? '1' : '0';
      case 'INCR': {
        const sum = String(Number(known ?? 0) + 1);
        store.set(key!, sum);
        return sum;
      }
      default:
        throw new Error(`the model does not know ${name}`);
    }
  }
}

function footprintOf([name, key]: Command): Footprint {
  return [name === 'GET' ? read(keyOf(0, key!)) : write(keyOf(0, key!))];
}
