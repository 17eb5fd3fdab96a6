import type { Stage } from '../../execution/stage/stage.js';
import type { Decision } from '../../execution/steps/decision.js';
import type { PerformedStep } from '../../execution/steps/step.js';
import type { Event } from '../events/event.js';
import type { Footprint } from '../events/footprint.js';
import type { Option } from '../exhaustive/observer/options.js';
import type { Witness } from '../exhaustive/observer/witness.js';
import type { CommandWatch } from '../exhaustive/observer/command-watch.js';
import { latin1 } from '../footprints/calls.js';
import { isKey } from '../events/resources.js';
import { countedFrom, readContents, type Content } from './store/content.js';
import type { CommandOutcomes } from './store/command-outcomes.js';
import { isDecided, isDecidedInside } from './domain.js';
import { localStateOf } from './local/local-state.js';
import { NotDataError } from './local/kept-values.js';
import { HistoryWatch } from './local/local-history.js';
import { ContradictionError } from './local/contradiction-error.js';
import { type LocalNode, type LocalStates, toldOf } from './local/local-states.js';
import { isOfWorkers } from './local/local-events.js';
import { sentIn, type SentCall } from './local/sent-call.js';
import { isStored, StoreMirror, type Situation } from './store/store-mirror.js';

/** What came of a command in so many executions needs not be read again. */
const SURE = 2;

/** A command that is about to run, or has run. */
interface Sent {
  readonly situation: Situation;
  readonly connection: string;
  readonly args: readonly string[];
}

/**
 * Watches executions that are run, and learns from them what each worker does once it was told something, and what comes of
 * each command, until something happens that cannot be predicted. What it knows already it checks.
 *
 * @internal
 */
export class Teacher implements Witness {
  #contradiction: string | undefined;
  /** Invariants that have looked at nothing so far, neither at the store nor at the history. */
  readonly blind = new Set<string>();
  readonly #judges = new Set<string>();
  /** Is called when everybody stands at the first step. */
  onBegan: (() => void) | undefined;
  /** Is called when everybody has settled after a step, and says whether something new was learned from it. */
  onPerformed: ((isNew: boolean) => void) | undefined;
  /** What comes of each command is read in this execution, also where it is known. */
  readsAll = false;
  /** Keys as they were after the setup. */
  readonly initial = new Map<string, Content>();
  #stage!: Stage;
  #store!: StoreMirror;
  #nodes: LocalNode[] = [];
  #timersBefore: number[] = [];
  #history: HistoryWatch | undefined;
  #learns = false;
  #option: Option | undefined;
  #sent: Sent | undefined;
  #step!: PerformedStep;
  #looked = false;

  constructor(
    readonly states: LocalStates,
    readonly outcomes: CommandOutcomes,
    readonly watch: CommandWatch,
  ) {}

  /** Why nothing can be predicted any more: two things that contradict each other, or what was recorded has changed. */
  get contradiction(): string | undefined {
    // Also after the last step that anything was learned from.
    return (this.#contradiction ??= this.#history?.changed());
  }

  /** What the store holds after the execution that has just ended, as text; undefined where it could not be followed so far. */
  get storeText(): string | undefined {
    return this.#learns ? this.#store.text(this.#stage.environment.time.wallMs) : undefined;
  }

  began(stage: Stage): void {
    const { environment, history } = stage;
    this.onBegan?.();
    this.#stage = stage;
    this.#store = new StoreMirror(this.initial);
    this.#nodes = [];
    this.#timersBefore = stage.workers.map(({ flow }) => environment.time.timersSet(flow));
    const watch = (this.#history = new HistoryWatch(stage));
    this.#learns = this.contradiction === undefined && history.commands.length === 0 && isOfWorkers(stage);
    this.#guarded(() => {
      const entries = watch.take();
      if (entries === undefined) return false;
      this.states.beginWith(entries);
      for (const [at, worker] of stage.workers.entries()) {
        const state = localStateOf(stage, worker, this.#timersBefore[at]!);
        if (state === undefined) return false;
        this.#nodes.push(this.states.begin(worker.flow.worker, state));
      }
      return true;
    });
  }

  decides({ moves }: Decision): void {
    if (!this.#learns) return;
    // Whether it goes on depends on what others do.
    for (const { turn, worker } of moves) if (turn !== undefined) this.#nodes[worker - 1]!.goesRound = true;
  }

  chosen(option: Option | undefined): Promise<void> | undefined {
    this.#option = option;
    this.#sent = undefined;
    if (!this.#learns) return undefined;
    const call = option && sentIn(option);
    const { footprint } = option?.event ?? {};
    const unclear = call === 'unclear' || footprint === 'everything' || footprint === undefined;
    if (option === undefined || (call !== undefined && (unclear || !isDecided(call.args))))
      this.#learns = false;
    if (!this.#learns || call === undefined || unclear) return undefined;
    const unread = footprint
      .map(({ resource }) => resource)
      .filter((resource) => isKey(resource) && !this.initial.has(resource));
    if (unread.length > 0) return this.#readInitial(unread).then(() => this.#about(call, footprint));
    this.#about(call, footprint);
    return undefined;
  }

  judges(invariant: string): () => void {
    if (!this.#judges.has(invariant)) this.blind.add(invariant);
    this.#judges.add(invariant);
    return () => this.blind.delete(invariant);
  }

  stepped(step: PerformedStep): void {
    this.#step = step;
    this.#looked = this.#stage.environment.time.looked;
  }

  async performed(event: Event): Promise<void> {
    const { size } = this.states;
    await this.#learn(event);
    this.onPerformed?.(this.states.size > size);
  }

  async #learn(event: Event): Promise<void> {
    const option = this.#option;
    if (!this.#learns || option === undefined) return;
    const sent = this.#sent;
    if (!isOfWorkers(this.#stage) || (sent !== undefined && !(await this.#ran(sent, event))))
      this.#learns = false;
    this.#guarded(() => this.#moved(option));
  }

  async #readInitial(resources: readonly string[]): Promise<void> {
    const { environment, scenario } = this.#stage;
    if (scenario.setup === undefined) {
      for (const resource of resources) this.initial.set(resource, '');
      return;
    }
    await environment.emptied();
    const fresh = resources.filter((resource) => !this.#store.contents.has(resource));
    const read = await readContents(environment.control, environment.serverClock.deadlines!, fresh);
    if (read === undefined) this.#learns = false;
    else for (const [resource, content] of read) this.initial.set(resource, content);
  }

  #about(call: SentCall, footprint: Footprint): void {
    const { wallMs } = this.#stage.environment.time;
    const situation = this.#store.situation(call, footprint, wallMs);
    if (situation === undefined) this.#learns = false;
    else this.#sent = { situation, connection: call.connection, args: call.args };
  }

  /** A command has run: what did it do? @returns false where nobody can tell */
  async #ran({ situation, connection, args }: Sent, event: Event): Promise<boolean> {
    const { environment } = this.#stage;
    const { reply, args: sent } = this.#step;
    if (reply === undefined || sent === undefined || event.footprint === 'everything') return false;
    // A client may have written something else than what it was given.
    if (latin1(sent).join('\0') !== args.join('\0')) return false;
    const inner = this.watch.scripts.flatMap((script) => script.inner);
    if (!inner.every((one) => isDecidedInside(one.args))) return false;
    const { resources, written } = situation;
    const own = event.footprint.filter(({ resource }) => isStored(resource));
    if (own.some(({ resource, mode }) => !(mode === 'read' ? resources : written).includes(resource)))
      return false;
    const { wallMs } = environment.time;
    const known = this.outcomes.of(situation);
    const replied = { connection, args, reply: reply.toString('latin1') };
    if (!this.readsAll && known !== undefined && known.seen >= SURE && known.reply === replied.reply) {
      this.#store.ran(situation, replied, known.after, wallMs);
      return true;
    }
    const keys = written.filter(isKey);
    const read = await readContents(environment.control, environment.serverClock.deadlines!, keys);
    if (read === undefined) return false;
    const scripts = written.filter((resource) => !isKey(resource)).map((one) => [one, 'loaded'] as const);
    const contents = read.map(([resource, content]) => [resource, countedFrom(content, wallMs)] as const);
    const { scripts: ran } = this.watch;
    const outcome = { reply: replied.reply, after: [...contents, ...scripts], scripts: ran };
    this.#guarded(() => {
      this.outcomes.learn(situation, outcome, args.join(' '));
      return true;
    });
    this.#store.ran(situation, replied, outcome.after, wallMs);
    return true;
  }

  /** Who has moved? Nobody but the worker whose step it was, or it is more than what that was told. */
  #moved({ event, move }: Option): boolean {
    const { workers, environment } = this.#stage;
    const entries = this.#history!.take();
    if (entries === undefined) return false;
    const { reply } = this.#step;
    const isSent = this.#sent !== undefined;
    const told = toldOf(event, isSent ? reply : undefined, environment.time.positionMs);
    // When it goes on, one that stood still remembers when that is.
    const timed = this.#looked || (move.target.kind === 'event' && move.dueMs !== undefined);
    for (const [at, worker] of workers.entries()) {
      const state = localStateOf(this.#stage, worker, this.#timersBefore[at]!);
      if (state === undefined) return false;
      const node = this.#nodes[at]!;
      if (worker.flow.worker === move.worker) {
        const what = `${worker.flow.name} after ${event.label}`;
        const answer = isSent ? undefined : reply?.toString('latin1');
        const step = { looked: this.#looked, timed, reply: answer, entries };
        this.#nodes[at] = this.states.learn(node, told, state, step, what);
      } else if (JSON.stringify(state) !== node.text)
        throw new ContradictionError(`${worker.flow.name} moves with a step of another worker`);
    }
    return true;
  }

  #guarded(learn: () => boolean): void {
    if (!this.#learns) return;
    try {
      this.#learns = learn();
    } catch (error) {
      this.#learns = false;
      if (error instanceof NotDataError) return;
      if (!(error instanceof ContradictionError)) throw error;
      this.#contradiction = error.message;
    }
  }
}
