import type { CommandTag, Flow } from '../../../base/flow.js';
import type { OrderedTimer } from '../../../clock/timer-order.js';
import type { ExplicitStep } from '../../../execution/steps/move.js';
import type { Worker, WorkerStatus } from '../../../execution/stage/worker.js';
import type { PendingEvent } from '../../../execution/steps/event.js';
import { HeldCommand } from '../../../wire/gate/held-command.js';
import type { Link } from '../../../wire/gate/link.js';
import { linkName } from '../../footprints/calls.js';
import { PuppetEvent } from './puppet-events.js';
import { NO_ARRIVALS, PuppetArrivals, PuppetLink, type PuppetClient } from './puppet-links.js';
import type { LocalCommand, LocalEvent, LocalName } from '../local/local-events.js';
import type { LocalLink, LocalState, LocalTimer } from '../local/local-state.js';

const NO_EVENTS: readonly PendingEvent[] = [];

/** As far as a search sees it. */
type PuppetFlow = Pick<Flow, 'worker' | 'name'> & {
  alive: boolean;
  skewMs: number | undefined;
  commands: number;
  timersFired: number;
  outstanding: { size: number };
};

/** A timer that one waits for. */
type PuppetTimer = { -readonly [Key in keyof OrderedTimer]: OrderedTimer[Key] };

/** A worker of a predicted execution: it is in states that one was seen in, and goes on as that did. @internal */
export class Puppet {
  readonly flow: Flow;
  readonly #flow: PuppetFlow;
  status: WorkerStatus = 'waiting';
  readonly background = false;
  steps: ExplicitStep[] = [];
  links: Link[] = [];
  timers: readonly OrderedTimer[] = [];
  timersSet = 0;
  /** What is on its way, in its order. */
  events: readonly PendingEvent[] = [];
  #state: LocalState | undefined;
  readonly #clients = new Map<string, PuppetClient>();
  /** All that it ever had, so that what is the same is one thing whenever it has it. */
  readonly #known = new Map<string, object>();

  constructor(worker: number) {
    this.#flow = {
      worker,
      name: `w${worker}`,
      alive: true,
      skewMs: undefined,
      commands: 0,
      timersFired: 0,
      outstanding: { size: 0 },
    };
    this.flow = this.#flow as unknown as Flow;
  }

  /** As a worker of a stage. */
  get asWorker(): Worker {
    return this as unknown as Worker;
  }

  /** It is in this state now. @param nextOrder - numbers timers in the order in which they are set */
  become(state: LocalState, nextOrder: () => number): void {
    this.#standIn(state);
    this.timers = state.timers.map((timer) => this.#timer(timer, nextOrder));
  }

  /** It is in a state again in which it was before in the same execution. @param timers - that it waited for then */
  goBack(state: LocalState, timers: readonly OrderedTimer[]): void {
    this.#standIn(state);
    this.timers = timers;
  }

  #standIn(state: LocalState): void {
    if (this.#state === state) return;
    this.#state = state;
    const flow = this.#flow;
    this.status = state.status;
    flow.alive = state.alive;
    flow.commands = state.commands;
    flow.timersFired = state.timersFired;
    flow.outstanding.size = state.outstanding;
    this.timersSet = state.timersSet;
    this.steps = state.steps.map(({ nth, label, seq }) => this.#step(nth, label, seq));
    flow.skewMs = state.skewMs;
    this.links = state.links.map((link) => this.#link(link));
    this.events = state.events?.map((event) => this.#event(event)) ?? NO_EVENTS;
  }

  #kept<T extends object>(name: string, make: () => T): T {
    let one = this.#known.get(name) as T | undefined;
    if (one === undefined) this.#known.set(name, (one = make()));
    return one;
  }

  #step(nth: number, label: string, seq: number): ExplicitStep {
    const step = this.#kept(`step ${nth} ${label}`, (): ExplicitStep => ({
      seq,
      nth,
      label,
      source: undefined,
      proceed: () => {},
    }));
    step.seq = seq;
    return step;
  }

  /** It stands still. */
  get isPaused(): boolean {
    return this.#state?.paused === true;
  }

  /** It stood still until then. */
  get stoodStillMs(): number | undefined {
    return this.#state?.stoodStillMs;
  }

  #link(state: LocalLink): Link {
    const { client, taken, connects, id, phase, connectIsStep, database, queue } = state;
    const owner = this.#client(client);
    owner.taken = taken;
    owner.connects = connects;
    owner.refuse = state.refuse ?? 0;
    const { errorReply, arrivals } = state;
    owner.errorReply = errorReply && {
      reply: Buffer.from(errorReply.text, 'latin1'),
      left: errorReply.left,
    };
    const link = this.#linkOf(state);
    link.phase = phase;
    link.connectIsStep = connectIsStep;
    link.state.database = database;
    link.arrivals = new PuppetArrivals(arrivals ?? NO_ARRIVALS);
    link.frames.queue = queue.map((command) => this.#held(client, id, command));
    return link as unknown as Link;
  }

  #linkOf({ client, id }: LocalName): PuppetLink {
    return this.#kept(`link ${id} ${client}`, () => new PuppetLink(this.#client(client), id));
  }

  #client(client: string): PuppetClient {
    let owner = this.#clients.get(client);
    if (owner === undefined) {
      const { flow } = this;
      const none = { shared: false, refuse: 0, errorReply: undefined, held: [] } as const;
      owner = { name: client, flow, taken: false, connects: 0, ...none };
      this.#clients.set(client, owner);
    }
    return owner;
  }

  #held(client: string, id: number, command: LocalCommand): HeldCommand {
    const { seq, nth, nthOfName, attempts, greeting, name, frame, handshake, byWire, lower } = command;
    const own = `${client} ${id} ${nth} ${nthOfName} ${attempts} ${greeting} ${handshake} ${byWire}`;
    const held = this.#kept(`${own} ${name} ${lower} ${frame}`, () => {
      const source = undefined;
      const tag: CommandTag = {
        flow: this.flow,
        ...{ nth, nthOfName, handshake, byWire, source, name: lower, attempts },
      };
      return new HeldCommand(seq, Buffer.from(frame, 'latin1'), name, tag, greeting);
    });
    held.seq = seq;
    return held;
  }

  #event(event: LocalEvent): PendingEvent {
    const { id, label, dueMs, arrivesOn, lands } = event;
    const name = `event ${id} ${label} ${dueMs} ${lands?.command.frame}`;
    const known = this.#kept(name, () => {
      const on = arrivesOn && (this.#linkOf(arrivesOn) as unknown as Link);
      if (lands === undefined) return new PuppetEvent(this.flow.worker, event, on);
      const { command, database } = lands;
      const link = this.#linkOf(lands.on);
      link.state.database = database;
      const held = this.#held(lands.on.client, lands.on.id, command);
      return new PuppetEvent(this.flow.worker, event, on, held, link as unknown as Link);
    });
    known.become(event);
    return known;
  }

  #timer(
    { nth, delayMs, dueMs, repeat, byClient, setFor }: LocalTimer,
    nextOrder: () => number,
  ): OrderedTimer {
    const known = this.timers.find((timer) => timer.nth === nth);
    if (known !== undefined) return known;
    const order = nextOrder();
    const link = this.links.findLast((one) => setFor === one.client.name || setFor === linkName(one));
    const timer: PuppetTimer = {
      seq: order,
      flow: this.flow,
      nth,
      order,
      delayMs,
      dueMs,
      repeat,
      byClient,
      setFor: setFor === link?.client.name ? link?.client : link?.stream,
      after: 0,
      source: undefined,
      place: undefined,
    };
    return timer;
  }
}
