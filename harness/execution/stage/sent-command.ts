import type { Reply } from '../../base/reply.js';
import type { CommandEffect, WireCommand } from '../../check/happened.js';
import { decodeReply } from '../../wire/resp.js';
import type { HeldCommand } from '../../wire/gate/held-command.js';
import type { Link } from '../../wire/gate/link.js';
import type { Stage } from './stage.js';
import { commandText } from '../steps/step.js';

/**
 * What became of a command. `lost`: the server never ran it, also where somebody answered it with an error instead.
 *
 * @internal
 */
export type Fate = 'ran' | 'lost';

/** A command that has left its connection's queue. @internal */
export interface Gone {
  readonly link: Link;
  readonly held: HeldCommand;
  /** The frame that answers it, where there is one. */
  readonly reply?: Buffer | undefined;
}

/**
 * Keeps a command for the history. Its client has no answer yet: `answered` of what is returned is set when it arrives.
 *
 * @returns undefined for what a client sends by itself, which is no part of what its worker did
 * @internal
 */
export function note(stage: Stage, gone: Gone, fate: Fate): SentCommand | undefined {
  const { held } = gone;
  // What the server keeps waiting has done nothing yet.
  if (held.greeting > 0 || stage.waiting.some((wait) => wait.held === held)) return undefined;
  const { ended } = held;
  const transaction = ended?.queued.flatMap((one) => QUEUED.get(one) ?? []);
  for (const sent of transaction ?? []) sent.takesEffect(stage, ended!.ran);
  const sent = new SentCommand(stage, gone, fate === 'ran' && !held.queued);
  for (const [at, one] of transaction?.entries() ?? []) one.endedBy(sent, at);
  if (held.queued) QUEUED.set(held, sent);
  else stage.history.commands.push(sent);
  return sent;
}

/** What waits for its EXEC is in no history yet: that is where it takes effect, whatever comes in between. */
const QUEUED = new WeakMap<HeldCommand, SentCommand>();

/** One command in the history; its text and its reply are worked out when somebody reads them. @internal */
export class SentCommand implements WireCommand {
  readonly worker: number;
  at: number;
  step: number;
  atMs: number;
  readonly #stage: Stage;
  readonly #gone: Gone;
  #answered = false;
  /** Of one in a transaction: its EXEC, and its place in the answer to that. */
  #exec: SentCommand | undefined;
  #nth = 0;

  constructor(
    stage: Stage,
    gone: Gone,
    public applied: boolean,
  ) {
    this.worker = gone.held.tag.flow.worker;
    this.#stage = stage;
    this.#gone = gone;
    this.at = stage.history.tick();
    this.step = stage.steps.length;
    this.atMs = stage.environment.time.positionMs;
  }

  /** Of a transaction that has ended. @param ran - it came about */
  takesEffect(stage: Stage, ran: boolean): void {
    this.at = stage.history.tick();
    this.step = stage.steps.length;
    this.atMs = stage.environment.time.positionMs;
    this.applied = ran;
    stage.history.commands.push(this);
  }

  /** @param nth - its place in the transaction, from 0 */
  endedBy(exec: SentCommand, nth: number): void {
    this.#exec = exec;
    this.#nth = nth;
  }

  get answered(): boolean {
    return this.#exec?.answered ?? this.#answered;
  }

  set answered(answered: boolean) {
    this.#answered = answered;
  }

  get call(): string {
    const { flow, nth } = this.#gone.held.tag;
    return `${flow.name}.${nth}`;
  }

  get connection(): string {
    return this.#gone.link.client.name;
  }

  get command(): readonly string[] {
    // Who reads a history may do with it as he likes.
    return [...commandText(this.#gone.held.args)];
  }

  get reply(): Reply | undefined {
    if (this.#exec !== undefined) {
      const answers = this.#exec.reply;
      return Array.isArray(answers) ? (answers as readonly Reply[])[this.#nth] : undefined;
    }
    const { reply } = this.#gone;
    return reply === undefined ? undefined : decodeReply(reply);
  }

  get effect(): CommandEffect {
    const { tag } = this.#gone.held;
    const ran = this.#stage.history.commands.filter(
      (one) => one instanceof SentCommand && one.#gone.held.tag === tag && one.applied && !one.#isUnknown,
    );
    return effectAmong(ran);
  }

  /** The server does not know this script: its client sends it whole, which is the same call. */
  get #isUnknown(): boolean {
    return this.#gone.reply?.toString('latin1', 0, NOSCRIPT.length) === NOSCRIPT;
  }
}

const NOSCRIPT = '-NOSCRIPT';

/** What became of a call. @param ran - the times that the server ran it @internal */
export function effectAmong(ran: readonly Pick<WireCommand, 'answered'>[]): CommandEffect {
  if (ran.length !== 1) return ran.length === 0 ? 'never' : 'repeated';
  return ran[0]!.answered ? 'ran' : 'unheard';
}
