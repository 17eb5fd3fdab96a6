import { History } from '../../../check/history.js';
import type { OrderedTimer } from '../../../clock/timer-order.js';
import type { Environment } from '../../../execution/host/environment.js';
import type { Stage } from '../../../execution/stage/stage.js';
import { Turns } from '../../../execution/stage/turns.js';
import type { PendingEvent } from '../../../execution/steps/event.js';
import type { PerformedStep } from '../../../execution/steps/step.js';
import type { Scenario } from '../../../scenario/types.js';
import type { Link } from '../../../wire/gate/link.js';
import { addToHistory, type HistoryEntry, type Moment } from '../local/local-history.js';
import type { LocalNode } from '../local/local-states.js';
import { PuppetDeadlines, PuppetTime } from './puppet-clocks.js';
import { Puppet } from './puppets.js';
import type { StoreMark, StoreMirror } from '../store/store-mirror.js';

/** Something that came into the history, and when. */
interface Noted {
  readonly entries: readonly HistoryEntry[];
  readonly moment: Moment;
}

/** How a stage stood at one point of its execution. @internal */
export interface StageMark {
  readonly nodes: readonly LocalNode[];
  readonly timers: readonly (readonly OrderedTimer[])[];
  readonly orders: number;
  readonly wallMs: number;
  readonly expiries: ReadonlyMap<string, number>;
  readonly store: StoreMark;
  readonly steps: number;
  readonly noted: number;
  readonly pending: readonly PendingEvent[];
}

/**
 * The stage of an execution that nobody runs: workers are puppets, in states that real ones were seen in. The lab's own rules
 * say what could happen next on it, and what each step touched, as on any other.
 *
 * @internal
 */
export class PuppetStage {
  readonly puppets: readonly Puppet[];
  readonly time: PuppetTime;
  readonly deadlines: PuppetDeadlines;
  readonly steps: PerformedStep[] = [];
  readonly asStage: Stage;
  readonly #environment: Environment;
  /** The clock and the server as puppets see them. */
  readonly #ownEnvironment: Environment;
  #orders = 0;
  #nodes: LocalNode[] = [];
  readonly #noted: Noted[] = [];

  /**
   * @param environment - of the real executions: its server is the same
   * @param seed - of theirs, too
   */
  constructor(
    scenario: Scenario,
    environment: Environment,
    readonly seed: number,
    readonly store: StoreMirror,
  ) {
    this.puppets = scenario.workers.map((_body, at) => new Puppet(at + 1));
    this.time = new PuppetTime(this.puppets);
    this.deadlines = new PuppetDeadlines(store);
    this.#environment = environment;
    const { control, serverClock, health } = environment;
    const { time, deadlines } = this;
    const own = { time, deadlines, control, serverClock, health };
    this.#ownEnvironment = own as unknown as Environment;
    this.asStage = this.#stage(scenario);
  }

  /** The states of all workers. */
  get nodes(): readonly LocalNode[] {
    return this.#nodes;
  }

  /** A worker is in this state now. @param entries - that came into the history with it */
  become(worker: number, node: LocalNode, entries: readonly HistoryEntry[] = []): void {
    this.#nodes[worker - 1] = node;
    this.puppets[worker - 1]!.become(node.state, () => (this.#orders += 1));
    this.#onItsWay(this.puppets[worker - 1]!);
    this.#changed();
    this.happened(entries);
  }

  /** This came into the history. */
  happened(entries: readonly HistoryEntry[]): void {
    if (entries.length === 0) return;
    const moment = { step: this.steps.length, atMs: this.time.positionMs };
    this.#noted.push({ entries, moment });
    addToHistory(this.asStage.history, entries, moment);
  }

  /** How it stands, to go back to. */
  mark(): StageMark {
    return {
      nodes: [...this.#nodes],
      timers: this.puppets.map(({ timers }) => timers),
      orders: this.#orders,
      wallMs: this.time.wallMs,
      expiries: this.deadlines.mark(),
      store: this.store.mark(),
      steps: this.steps.length,
      noted: this.#noted.length,
      pending: [...this.asStage.pending],
    };
  }

  /** It stands again as it did then, in the same execution. */
  goBack({ nodes, timers, orders, wallMs, expiries, store, steps, noted, pending }: StageMark): void {
    for (const [at, puppet] of this.puppets.entries()) puppet.goBack(nodes[at]!.state, timers[at]!);
    this.asStage.pending.splice(0, Infinity, ...pending);
    this.#nodes = [...nodes];
    this.#orders = orders;
    this.time.wallMs = wallMs;
    this.time.looked = false;
    this.deadlines.goBack(expiries);
    this.store.goBack(store);
    this.steps.length = steps;
    this.#noted.length = noted;
    const history = new History();
    for (const { entries, moment } of this.#noted) addToHistory(history, entries, moment);
    Object.assign(this.asStage, { history, environment: this.#ownEnvironment, nothing: undefined });
    this.#changed();
  }

  /** It is over: whoever judges it does so with the real clocks and the real server. */
  get forJudgement(): Stage {
    return Object.assign(this.asStage, { environment: this.#environment });
  }

  /** What is on its way is in the order in which it began to be. */
  #onItsWay({ flow, events }: Puppet): void {
    const { pending } = this.asStage;
    if (pending.length === 0 && events.length === 0) return;
    const still = pending.filter((event) => event.worker !== flow.worker || events.includes(event));
    const fresh = events.filter((event) => !pending.includes(event));
    pending.splice(0, Infinity, ...still, ...fresh);
  }

  #changed(): void {
    const { paused, stoodStill } = this.asStage;
    paused.clear();
    stoodStill.clear();
    for (const { flow, isPaused, stoodStillMs } of this.puppets) {
      if (isPaused) paused.add(flow);
      if (stoodStillMs !== undefined) stoodStill.set(flow, stoodStillMs);
    }
    Object.assign(this.asStage, { links: this.puppets.flatMap(({ links }) => links) });
    this.time.changed();
  }

  #stage(scenario: Scenario): Stage {
    const { puppets, steps } = this;
    const stage = {
      scenario,
      environment: this.#ownEnvironment,
      history: new History(),
      steps,
      traced: false,
      workers: puppets.map((puppet) => puppet.asWorker),
      flows: puppets.map(({ flow }) => flow),
      clients: [],
      pending: [] as PendingEvent[],
      waiting: [],
      parked: [],
      listening: new Set(),
      paused: new Set(),
      stoodStill: new Map(),
      outages: new Map(),
      ports: new Map(),
      turns: new Turns(),
      hearsExpiry: false,
      app: undefined,
      seed: this.seed,
      nothing: undefined,
      uncaught: [],
      values: new Map(),
      looked: new Set(),
      states: new Map(),
      beganMs: 0,
      links: [] as Link[],
      get underWay() {
        return puppets.some(({ status }) => status === 'running');
      },
    };
    return stage as unknown as Stage;
  }
}
