import type { CommandTag } from '../../base/flow.js';
import type { PendingTimer } from '../../clock/timer-order.js';
import type { Expiry } from '../../server-clock/deadlines.js';
import type { Client, HeldCall } from '../../wire/gate/client.js';
import type { HeldCommand } from '../../wire/gate/held-command.js';
import type { Link } from '../../wire/gate/link.js';
import type { SharedOutcome, SharedUse } from '../../scenario/running.js';
import type { PendingEvent } from './event.js';
import { commandLine, commandText, timerText, type MoveKind } from './step.js';

/** A worker's own interleaving point, held until the lab chooses it. @internal */
export interface ExplicitStep {
  seq: number;
  nth: number;
  readonly label: string;
  readonly source: string | undefined;
  readonly proceed: () => void;
  /** Where it is the use of a shared value: that happens right before its worker goes on. */
  readonly use?: SharedUse;
  /** What that came to, once it has happened. */
  outcome?: SharedOutcome;
}

/** What a move acts on; only the execution looks inside. @internal */
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

/** Whose timer is early: one of the worker's own code, or a timeout or pause of its client. @internal */
export type Early = 'own' | 'client';

/** A loop of a worker that a move would go round in once more. @internal */
export interface RepeatedTurn {
  /**
   * How often it has gone round and changed nothing; 0 where there is something new to see since the last time. Of a worker in
   * the background, whatever it changed and whatever there is to see.
   */
  readonly rounds: number;
  /** How often it has gone round and changed nothing, whatever there is to see. */
  readonly gone: number;
  /** Names the loop, the same in every execution. */
  readonly name: string;
  /** Keys that it looks at; undefined where nobody can tell. */
  readonly keys: readonly string[] | undefined;
}

/** A step that could be performed next. @internal */
export class Move {
  /** Stable identity within a scenario: worker and position in that worker's own order. Once it was performed others go by that. */
  readonly id: string;
  /** Its worker goes round in a loop with it. */
  turn: RepeatedTurn | undefined = undefined;
  /** Nobody else can go on: the loop may end by itself. */
  alone = false;
  /** The same as far as a search sees it, which waits for longer. */
  pressed = false;
  /** It is a timer for which time would have to pass, although somebody could go on. */
  early: Early | undefined = undefined;
  /** It is a timer that would be early, had its time not come while somebody else waited for theirs. */
  overdue = false;

  constructor(
    /** 1-based worker; 0 for a shared client. */
    readonly worker: number,
    /** Order of arrival, for a stable order among the moves of one worker. */
    readonly seq: number,
    readonly target: MoveTarget,
  ) {
    this.id = this.#id();
  }

  /** Does it happen only because nobody else can go on? */
  get isLast(): boolean {
    return this.alone || this.pressed;
  }

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
  get command(): readonly string[] | undefined {
    const target = this.target;
    if (target.kind !== 'command') return undefined;
    return 'held' in target
      ? commandText(target.held.args)
      : [target.call.args[0]!.toUpperCase(), ...target.call.args.slice(1)];
  }

  #id(): string {
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
        return `${target.timer.flow.name}.timer${target.timer.flow.timersFired + 1}${target.timer.after > 0 ? `.${target.timer.after + 1}` : ''}`;
    }
  }

  /** For people and records: `GET c`, `reconnect`, `timer 50 ms`. */
  get label(): string {
    const target = this.target;
    switch (target.kind) {
      case 'command':
        return 'held' in target ? commandLine(target.held.args) : this.command!.join(' ');
      case 'connect':
        return `${target.link.isReconnect ? 'reconnect' : 'connect'}${target.link.client.shared ? ' the shared client' : ''}`;
      case 'step':
        return stepText(target.step);
      case 'event':
        return target.event.label;
      case 'expiry':
        return target.expiry.label;
      case 'server':
        return 'the server';
      case 'connection':
        if (target.link.waits) return 'the waiting connection';
        return target.link.phase === 'silent' ? 'the silent connection' : 'the idle connection';
      case 'timer':
        return timerText(target.timer);
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

function stepText({ label, outcome }: ExplicitStep): string {
  return outcome?.got === undefined ? label : `${label} → ${outcome.got}`;
}

/** The move that brings a frame at the gate to the server. @internal */
export function commandMove(link: Link, held: HeldCommand): Move {
  return new Move(held.tag.flow.worker, held.seq, { kind: 'command', link, held });
}

/** The move that lets a shared client write a call. @internal */
export function callMove(client: Client, call: HeldCall): Move {
  return new Move(call.tag.flow.worker, call.seq, { kind: 'command', client, call });
}
