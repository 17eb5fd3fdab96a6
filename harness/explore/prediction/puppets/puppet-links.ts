import type { Flow } from '../../../base/flow.js';
import type { HeldCommand } from '../../../wire/gate/held-command.js';
import type { Link } from '../../../wire/gate/link.js';
import type { LocalLink } from '../local/local-state.js';

/** The clients of a worker of flesh and blood have more; a search sees no more than this. @internal */
export interface PuppetClient {
  readonly name: string;
  readonly flow: Flow;
  readonly shared: false;
  taken: boolean;
  connects: number;
  refuse: number;
  errorReply: { readonly reply: Buffer; left: number } | undefined;
  readonly held: readonly never[];
}

/** What is never under way on the connections of puppets. @internal */
export const NO_ARRIVALS = { late: false, held: false };
const NO_INBOX = { pushed: 0, expects: false };

/** What is on its way on a connection. @internal */
export class PuppetArrivals {
  readonly late: boolean;
  readonly held: boolean;

  constructor({ late, held }: NonNullable<LocalLink['arrivals']>) {
    this.late = late;
    this.held = held;
  }

  get busy(): boolean {
    return this.late || this.held;
  }
}

/** A connection. @internal */
export class PuppetLink {
  phase: Link['phase'] = 'connecting';
  connectIsStep = false;
  readonly waits = false;
  readonly repliesOff = false;
  arrivals: PuppetArrivals = new PuppetArrivals(NO_ARRIVALS);
  readonly inbox = NO_INBOX;
  readonly stream = {};
  readonly state = { database: '0' };
  readonly frames: { queue: HeldCommand[] } = { queue: [] };

  constructor(
    readonly client: PuppetClient,
    readonly id: number,
  ) {}

  get isOpen(): boolean {
    return this.phase === 'open' || this.phase === 'silent';
  }

  get isReconnect(): boolean {
    return this.id > 1;
  }
}
