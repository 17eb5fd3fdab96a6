import { AsyncLocalStorage } from 'node:async_hooks';
import type { Prng } from './clock/prng.js';
import type { CommandTag } from './wire/client.js';
import type { VirtualTime } from './clock/virtual-time.js';
import type { RealWork } from './clock/real-work.js';

/**
 * Who is running. Every piece of JavaScript that an execution starts (a worker, a client shared by several
 * workers, the setup) runs inside one flow, carried by `AsyncLocalStorage`. The wire asks it which worker issued a
 * command, the clock asks it which time and which random numbers to serve. Code outside any flow (the lab itself,
 * the test runner) gets the real things.
 *
 * A class, since V8 takes what it sees surviving for long-lived, by the place where it is written down: object literals
 * would be put among the old objects, and keep their executions there until the next full collection.
 */
export class Flow {
  /** False once the execution is over or the worker crashed: whatever still runs then must have no effect. */
  alive = true;
  /** By how much the clocks that its code reads are ahead of virtual time, once a fault put them wrong. */
  skewMs: number | undefined = undefined;
  /** Commands issued so far. */
  commands = 0;
  /** Timers fired so far. */
  timersFired = 0;
  /** Commands issued whose promise has not settled. */
  readonly outstanding = new Set<CommandTag>();
  /** Callbacks given to `setImmediate`, run by the lab while it settles. */
  readonly immediates: (() => void)[] = [];
  /** I/O that code in this flow does past the lab, by async id. */
  readonly realWork = new Map<number, RealWork>();

  constructor(
    /** 1-based worker number; 0 for a client that belongs to no single worker, and for setup and invariants. */
    readonly worker: number,
    /** Name for people: `w1`, `shared`. */
    readonly name: string,
    readonly random: Prng,
    readonly time: VirtualTime,
    /**
     * Workers wait in virtual time, since the lab decides when it passes. Setup and invariants are not gated: they wait
     * in real time, and only see the virtual date.
     */
    readonly waits: 'virtual' | 'real',
    /** Takes an error that nothing in the flow handled. */
    public uncaught: (error: unknown, origin: 'exception' | 'rejection') => void,
  ) {}
}

const storage = new AsyncLocalStorage<Flow>();

/** The flow that is running now, or undefined outside of any execution. */
export function currentFlow(): Flow | undefined {
  return storage.getStore();
}

/** Runs `body` as part of `flow`. */
export function runInFlow<T>(flow: Flow, body: () => T): T {
  return storage.run(flow, body);
}

/**
 * Lets something happen to a flow from outside, such as bytes that arrive: what its code throws then is an error that
 * nothing handled, as when Node calls it.
 */
export function happenIn(flow: Flow, event: () => void): void {
  try {
    runInFlow(flow, event);
  } catch (error) {
    flow.uncaught(error, 'exception');
  }
}

/** Runs `body` outside of any flow: real time, real randomness, no gate. */
export function runOutsideFlows<T>(body: () => T): T {
  return storage.exit(body);
}

/**
 * Turns flows off for a moment: nothing is known to be running in one. They cost Node a hook for every promise, and there
 * is one situation in which such a hook must not run.
 *
 * @returns a function that turns them on again
 */
export function flowsPaused(): () => void {
  storage.disable();
  // Entering any flow does it.
  return () => storage.run({} as Flow, () => {});
}
