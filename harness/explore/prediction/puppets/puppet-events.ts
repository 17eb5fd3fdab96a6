import type { PendingEvent } from '../../../execution/steps/event.js';
import type { HeldCommand } from '../../../wire/gate/held-command.js';
import type { Link } from '../../../wire/gate/link.js';
import type { LocalEvent } from '../local/local-events.js';

/** On its way to, or from, a worker of a predicted execution. @internal */
export class PuppetEvent implements PendingEvent {
  seq = 0;
  readonly id: string;
  readonly label: string;
  readonly ordinary: boolean;
  readonly own = true;
  readonly private: boolean;
  declare readonly hears?: true;
  declare readonly arrivesOn?: Link;
  declare readonly dueMs?: number;
  declare readonly held?: HeldCommand;
  declare readonly link?: Link;
  #ready = true;
  #obsolete = false;

  /**
   * @param arrivesOn - the connection on which it arrives
   * @param held - what it brings to the server
   * @param link - where that was written
   */
  constructor(
    readonly worker: number,
    { id, label, ordinary, hears, dueMs, ...event }: LocalEvent,
    arrivesOn: Link | undefined,
    held?: HeldCommand,
    link?: Link,
  ) {
    this.id = id;
    this.label = label;
    this.ordinary = ordinary;
    this.private = event.private;
    if (hears) this.hears = true;
    if (arrivesOn !== undefined) this.arrivesOn = arrivesOn;
    if (dueMs !== undefined) this.dueMs = dueMs;
    if (held !== undefined) this.held = held;
    if (link !== undefined) this.link = link;
  }

  /** How it stands now. */
  become({ seq, ready, obsolete }: LocalEvent): void {
    this.seq = seq;
    this.#ready = ready;
    this.#obsolete = obsolete;
  }

  ready(): boolean {
    return this.#ready;
  }

  obsolete(): boolean {
    return this.#obsolete;
  }

  perform(): Promise<void> {
    throw new Error('nobody runs this');
  }
}
