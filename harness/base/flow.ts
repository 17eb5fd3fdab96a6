import { AsyncLocalStorage } from 'node:async_hooks';
import type { Prng } from './prng.js';

/** A timer of a flow, as far as the flow's own code sees it. @internal */
export interface FlowTimer {
  /** Virtual wall-clock time at which it may fire. */
  readonly dueMs: number;
  /** Takes it back. */
  close(): unknown;
}

/** The time that the code of a flow sees; the lab decides when it passes. @internal */
export interface FlowTime {
  /** Wall-clock time in ms since 1970. */
  nowMs(): number;
  /** Time since the execution began. */
  elapsedMs(): number;
  /** What `setTimeout` and `setInterval` do. */
  schedule(
    flow: Flow,
    callback: (...args: unknown[]) => void,
    delay: unknown,
    args: unknown[],
    repeat: boolean,
  ): FlowTimer;
  /** The pending timer of `flow` that a number stands for, as timers become numbers on request. */
  numbered(flow: Flow, number: number): FlowTimer | undefined;
}

/** A piece of I/O that code in a flow does past the lab. @internal */
export interface RealWork {
  /** Node's name for it, for example `FSREQPROMISE`. */
  readonly type: string;
  /** Is there still something to wait for? */
  readonly pending: () => boolean;
  /** Where it was started; worked out from its stack only when somebody asks. */
  readonly started: Error;
  /** False for what may stay idle for ever without anybody waiting for it: an open socket, a timer. */
  readonly ends: boolean;
}

/** What code of a flow did with a Redis that is not the lab's. @internal */
export interface PastTheLab {
  /** Where that Redis is: `host:port`, or the path of a socket. */
  readonly address: string;
  /** Name of the command that was written; undefined where it connected. */
  readonly command: string | undefined;
  /** `file:line:column` in the worker's code, where it is known. */
  readonly place: string | undefined;
}

/** What the gate knows of one command call of a worker, over all its attempts on the wire. @internal */
export interface CommandTag {
  /** Who issued it. */
  readonly flow: Flow;
  /** Its place in the order of its worker's commands, from 1; 0 for handshakes. */
  nth: number;
  /** Its place among those of its worker with the same name, from 1; 0 as long as nobody knows the name. */
  nthOfName: number;
  /** True for commands that the client issued by itself while connecting. */
  readonly handshake: boolean;
  /** Known from its frame only: the client object that sent it is not in the lab's hands. */
  readonly byWire: boolean;
  /** `file:line:column` of the worker's call; only kept when the execution is traced. */
  readonly source: string | undefined;
  /** Lower-case name, as it was last written: a script is called by EVAL or by EVALSHA. */
  name: string;
  /** How often it was written to a connection. */
  attempts: number;
}

/**
 * Who is running. Every piece of JavaScript that an execution starts (a worker, a client shared by several
 * workers, the setup) runs inside one flow, carried by `AsyncLocalStorage`. The wire asks it which worker issued a
 * command, the clock asks it which time and which random numbers to serve. Code outside any flow (the lab itself,
 * the test runner) gets the real things.
 *
 * A class, since V8 takes what it sees surviving for long-lived, by the place where it is written down: object literals
 * would be put among the old objects, and keep their executions there until the next full collection.
 *
 * @internal
 */
export class Flow {
  /** False once the execution is over or the worker crashed: whatever still runs then must have no effect. */
  alive = true;
  /** By how much the clocks that its code reads are ahead of virtual time, once a fault put them wrong. */
  skewMs: number | undefined = undefined;
  /** Commands issued so far. */
  commands = 0;
  /** The same for each name, in lower case. */
  readonly named = new Map<string, number>();
  /** Timers fired so far. */
  timersFired = 0;
  /** Commands issued whose promise has not settled. */
  readonly outstanding = new Set<CommandTag>();
  /** Callbacks given to `setImmediate`, run by the lab while it settles. */
  readonly immediates: (() => void)[] = [];
  /** I/O that code in this flow does past the lab, by async id. */
  readonly realWork = new Map<number, RealWork>();
  /** It has done some: from then on, what its code does may come in an order that real time decides. */
  worked = false;
  /** The first thing that it said to a Redis past the lab. */
  pastTheLab: PastTheLab | undefined = undefined;
  /** Is told at once when that happens. */
  onPastTheLab: ((said: PastTheLab) => void) | undefined = undefined;

  constructor(
    /** 1-based worker number; 0 for a client that belongs to no single worker, and for setup and invariants. */
    readonly worker: number,
    /** Name for people: `w1`, `shared`. */
    readonly name: string,
    readonly random: Prng,
    readonly time: FlowTime,
    /**
     * Workers wait in virtual time, since the lab decides when it passes. Setup and invariants are not gated: they wait
     * in real time, and only see the virtual date.
     */
    readonly waits: 'virtual' | 'real',
    /** Takes an error that nothing in the flow handled. */
    public uncaught: (error: unknown, origin: 'exception' | 'rejection') => void,
  ) {}
}

/** Counts a command among those of its worker with this name. @param name - in lower case @internal */
export function countNamed({ named }: Flow, name: string): number {
  const nth = (named.get(name) ?? 0) + 1;
  named.set(name, nth);
  return nth;
}

const storage = new AsyncLocalStorage<Flow>();

/** The flow that is running now, or undefined outside of any execution. @internal */
export function currentFlow(): Flow | undefined {
  return storage.getStore();
}

/** Runs `body` as part of `flow`. @internal */
export function runInFlow<T>(flow: Flow, body: () => T): T {
  return storage.run(flow, body);
}

/**
 * Lets something happen to a flow from outside, such as bytes that arrive: what its code throws then is an error that
 * nothing handled, as when Node calls it.
 *
 * @internal
 */
export function happenIn(flow: Flow, event: () => void): void {
  try {
    runInFlow(flow, event);
  } catch (error) {
    flow.uncaught(error, 'exception');
  }
}

/** Runs `body` outside of any flow: real time, real randomness, no gate. @internal */
export function runOutsideFlows<T>(body: () => T): T {
  return storage.exit(body);
}

/**
 * Turns flows off for a moment: nothing is known to be running in one. They cost Node a hook for every promise, and there
 * is one situation in which such a hook must not run.
 *
 * @returns a function that turns them on again
 * @internal
 */
export function flowsPaused(): () => void {
  storage.disable();
  // Entering any flow does it.
  return () => storage.run({} as Flow, () => {});
}
