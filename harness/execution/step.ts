import type { FaultKind } from '../wire/fault.js';
import type { FaultSpec } from '../wire/fault-spec.js';
import type { Client, CommandTag, HeldCall } from '../wire/client.js';
import type { HeldCommand, Link } from '../wire/link.js';
import { printable } from '../wire/resp.js';
import type { PendingTimer } from '../clock/virtual-time.js';
import type { Expiry } from './deadlines.js';
import type { ExplicitStep } from './worker.js';

export type MoveKind =
  'command' | 'connect' | 'step' | 'event' | 'timer' | 'expiry' | 'server' | 'connection';

/**
 * Something that is on its way and happens when the lab chooses it: a reply that was kept back, a frame that lands
 * late, an answer to a command that waited on the server, the recovery of a server.
 */
export interface PendingEvent {
  /** 1-based worker that it reaches; 0 where it is nobody's. */
  readonly worker: number;
  /** Order of arrival, as for moves. */
  readonly seq: number;
  /** Stable identity within a scenario: `w1.2.reply`. */
  readonly id: string;
  /** For people: `reply to GET c arrives`. */
  readonly label: string;
  /** Part of ordinary work, such as an answer that is there: it preempts nobody when its worker waits for it. */
  readonly ordinary: boolean;
  /** The command that it brings to the server, where it does, and the connection that it was written to. */
  readonly held?: HeldCommand;
  readonly link?: Link;
  /** The connection that the server pushed it on, where it did: what it pushes there arrives in order. */
  readonly pushedOn?: Link;
  /** Nobody but its worker can tell whether it has happened. */
  readonly private?: boolean;
  /** Virtual wall-clock time before which it does not happen; then it takes its turn among the timers. */
  readonly dueMs?: number;
  /** It cannot happen any more, as with a reply whose connection is gone. */
  readonly obsolete?: () => boolean;
  /** The execution ended before it happened: gives back what it holds. */
  readonly abandon?: () => void;
  /** Everything else that waits is held up by it: to let time pass before it is a preemption. */
  readonly prompt?: boolean;
  /** May it happen yet? Left out where it may at any time. When nothing else can happen, it may. */
  readonly ready?: () => boolean;
  /** Makes it happen. The step is recorded already. */
  readonly perform: (step: PerformedStep) => Promise<void>;
}

/** What a move acts on; only the execution looks inside. */
export type MoveTarget =
  | { readonly kind: 'command'; readonly link: Link; readonly held: HeldCommand }
  | { readonly kind: 'command'; readonly client: Client; readonly call: HeldCall }
  | { readonly kind: 'connect'; readonly link: Link }
  | { readonly kind: 'step'; readonly step: ExplicitStep }
  | { readonly kind: 'event'; readonly event: PendingEvent }
  | { readonly kind: 'timer'; readonly timer: PendingTimer }
  /** Time passes until keys are gone, on its way to what has its time then or later. */
  | { readonly kind: 'expiry'; readonly expiry: Expiry; readonly before: readonly Move[] }
  /** The server itself, struck right before another move. */
  | { readonly kind: 'server'; readonly before: Move }
  /** A connection with nothing at the gate, idle or silent; only a fault strikes it. */
  | { readonly kind: 'connection'; readonly link: Link };

/** A step that could be performed next. */
export class Move {
  constructor(
    /** 1-based worker; 0 for a shared client. */
    readonly worker: number,
    /** Order of arrival, for a stable order among the moves of one worker. */
    readonly seq: number,
    readonly target: MoveTarget,
  ) {}

  get kind(): MoveKind {
    return this.target.kind;
  }

  /** The command's tag, where this is a command. */
  get tag(): CommandTag | undefined {
    const target = this.target;
    if (target.kind !== 'command') return undefined;
    return 'held' in target ? target.held.tag : target.call.tag;
  }

  /** Virtual wall-clock time before which it does not happen; undefined where it may happen at any time. */
  get dueMs(): number | undefined {
    const { target } = this;
    switch (target.kind) {
      case 'timer':
        return target.timer.dueMs;
      case 'event':
        return target.event.dueMs;
      case 'expiry':
        return target.expiry.dueMs;
      default:
        return undefined;
    }
  }

  /** The connection that it goes through, where there is one. */
  get link(): Link | undefined {
    const { target } = this;
    if ('link' in target) return target.link;
    return 'client' in target ? target.client.link : undefined;
  }

  /** Name and arguments, where this is a command. */
  get command(): string[] | undefined {
    const target = this.target;
    if (target.kind !== 'command') return undefined;
    return 'held' in target
      ? commandText(target.held.args)
      : [target.call.args[0]!.toUpperCase(), ...target.call.args.slice(1)];
  }

  /** Stable identity within a scenario: worker and position in that worker's own order. */
  get id(): string {
    const target = this.target;
    switch (target.kind) {
      case 'command': {
        const tag = this.tag!;
        if ('held' in target && target.held.greeting > 0)
          return `${target.link.client.name}.connect${target.link.id}_${target.held.greeting}`;
        const attempt = Math.max(1, tag.attempts);
        return `w${this.worker}.${tag.nth}${attempt > 1 ? `r${attempt}` : ''}`;
      }
      case 'connect':
        return `${target.link.client.name}.connect${target.link.client.connects}`;
      case 'step':
        return `w${this.worker}.step${target.step.nth}`;
      case 'event':
        return target.event.id;
      case 'expiry':
        return target.expiry.id;
      case 'server':
        return `server before ${target.before.id}`;
      case 'connection':
        return `${target.link.client.name}.connection${target.link.id}`;
      case 'timer':
        return `${target.timer.flow.name}.timer${target.timer.flow.timersFired + 1}`;
    }
  }

  /** For people and records: `GET c`, `reconnect`, `timer 50 ms`. */
  get label(): string {
    const target = this.target;
    switch (target.kind) {
      case 'command':
        return this.command!.join(' ');
      case 'connect':
        return `${target.link.isReconnect ? 'reconnect' : 'connect'}${target.link.client.shared ? ' the shared client' : ''}`;
      case 'step':
        return target.step.label;
      case 'event':
        return target.event.label;
      case 'expiry':
        return target.expiry.label;
      case 'server':
        return 'the server';
      case 'connection':
        if (target.link.waits) return 'the waiting connection';
        return target.link.silent ? 'the silent connection' : 'the idle connection';
      case 'timer':
        return `timer ${target.timer.delayMs} ms`;
    }
  }

  /** Where the worker asked for it; only in traced executions. */
  get source(): string | undefined {
    const target = this.target;
    if (target.kind === 'command') return this.tag!.source;
    if (target.kind === 'timer') return target.timer.source;
    return target.kind === 'step' ? target.step.source : undefined;
  }
}

/** A fault that could be injected next, and the move that it is aimed at. */
export interface FaultMove {
  readonly spec: FaultSpec;
  readonly at: Move;
}

/** What the lab has to choose from at one point of an execution. */
export interface Decision {
  /** Steps that could be performed; the first is the calm choice. */
  readonly moves: readonly Move[];
  /** Faults that could be injected instead. */
  readonly faults: readonly FaultMove[];
  /** The first so many moves preempt nobody; the others take the processor away from a worker that could go on. */
  readonly free: number;
}

/** Index into `moves`, or -1 - index into `faults`. 0 is the calm choice. */
export type Choice = number;

/** Decides what comes next. */
export interface Chooser {
  choose(decision: Decision): Choice;
  /**
   * Asked when nothing can move any more and somebody still waits, but a fault could strike: 0 is the end of the
   * execution, as it is for whoever cannot be asked.
   */
  last?(decision: Decision): Choice;
  /** Told of a step that is performed without a choice, being the only thing that could happen. */
  forced?(move: Move): void;
}

/** One step as it was performed. Bytes are kept as they were; records decode them. */
export interface PerformedStep {
  readonly kind: MoveKind;
  readonly worker: number;
  readonly id: string;
  /** Position in the common order of events of the history. */
  readonly tick: number;
  /** Where a command went: the connection, and the database selected there; only in traced executions. */
  readonly sentOn: { readonly connection: string; readonly database: string } | undefined;
  readonly args: readonly Buffer[] | undefined;
  /** What is shown instead of a command. */
  readonly text: string | undefined;
  reply: Buffer | undefined;
  readonly fault: FaultKind | undefined;
  readonly preemption: boolean;
  /** Virtual time since the execution began, after the step. */
  atMs: number;
  readonly source: string | undefined;
  /** Values of the keys of the command, around it; only in traced executions. */
  values?: readonly KeyValue[];
  /** What the clients noticed right after: reconnects, errors, worker ends. */
  readonly notes: string[];
}

/** A key's value around a step, as text for people; null where the key does not exist. */
export interface KeyValue {
  readonly key: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** What a step is, in one line: its command, or what is said instead of one. */
export function stepLabel({ text, args }: Pick<PerformedStep, 'text' | 'args'>): string {
  return text ?? commandText(args ?? []).join(' ');
}

/** Upper-case name and arguments as text. */
export function commandText(args: readonly Buffer[]): string[] {
  return args.map((arg, at) => (at === 0 ? printable(arg).toUpperCase() : printable(arg)));
}
