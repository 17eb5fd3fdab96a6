import { read, union, type Footprint } from '../events/footprint.js';
import { CLOCK } from '../events/resources.js';
import { isScript } from './command-rules.js';
import { timingOf, withoutClock } from './time-left.js';
import type { CommandFootprints } from './command-footprints.js';
import type { ObservedScript } from './script-monitor.js';

/** Hands out the record of a script that ran, oldest first; undefined when nobody watched. @internal */
export type TakeScript = (args: readonly string[]) => ObservedScript | undefined;

/** A command on its way to the server. @internal */
export interface Call {
  /** Name and arguments, one character a byte. */
  readonly args: readonly string[];
  /** These are not the arguments that the server gets: what it touches cannot be told from them. */
  readonly opaque?: boolean;
  /** The connection that it is sent on. */
  readonly connection: string;
  /** The database selected there. */
  readonly database: string;
}

/** What a connection keeps on the server. */
interface Session {
  /** Commands since MULTI; undefined outside of a transaction. */
  readonly queued: readonly Call[] | undefined;
  readonly watched: Footprint;
}

/** What a tracker knew at one moment of its execution. @internal */
export interface TrackerMark {
  readonly sessions: ReadonlyMap<string, Session>;
  readonly deadlines: ReadonlySet<string>;
  readonly anyDeadline: boolean;
  readonly shortestMs: number;
  readonly lookedAtTime: boolean;
}

const NO_SESSION: Session = { queued: undefined, watched: [] };

const INVALID = /^[-!]/;
const NIL = /^(\*-1|_)\r/;

/**
 * The footprints of the commands of one execution, with what they owe to those before them: commands between MULTI
 * and EXEC only wait, EXEC does what they say and looks at what was watched, and a key that has a deadline is gone
 * once time has passed it, so that each use of it looks at the clock.
 *
 * @internal
 */
export class FootprintTracker {
  #sessions = new Map<string, Session>();
  #deadlines: Set<string>;

  /** Nobody knows which keys have a deadline: any may. */
  #anyDeadline: boolean;

  /** The shortest time to live that a command has given, in ms. */
  shortestMs = Infinity;
  /** A command may have told somebody what time it is, or how long a key still lives. */
  lookedAtTime = false;

  /**
   * @param deadlines - keys that have a deadline before the first step, as resources; `any` when nobody knows
   * @param timeless - no deadline is ever reached, and nobody looks how long there is: then it does not matter when a key
   * got its deadline. Whether that is so is for the caller to check
   */
  constructor(
    readonly commands: CommandFootprints,
    deadlines: Iterable<string> | 'any',
    readonly timeless = false,
  ) {
    this.#anyDeadline = deadlines === 'any';
    this.#deadlines = new Set(deadlines === 'any' ? [] : deadlines);
  }

  /** What it knows now, to go back to. */
  mark(): TrackerMark {
    const { shortestMs, lookedAtTime } = this;
    return {
      sessions: new Map(this.#sessions),
      deadlines: new Set(this.#deadlines),
      anyDeadline: this.#anyDeadline,
      shortestMs,
      lookedAtTime,
    };
  }

  /** Knows what it knew then, in the same execution. */
  goBack({ sessions, deadlines, anyDeadline, shortestMs, lookedAtTime }: TrackerMark): void {
    this.#sessions = new Map(sessions);
    this.#deadlines = new Set(deadlines);
    this.#anyDeadline = anyDeadline;
    this.shortestMs = shortestMs;
    this.lookedAtTime = lookedAtTime;
  }

  /** Will this command only be queued, since its connection is in a transaction? */
  queues({ connection }: Call): boolean {
    return this.#sessions.get(connection)?.queued !== undefined;
  }

  /** The footprint that a command would have now. A script: what it declares. */
  of(call: Call): Footprint {
    const { args, connection } = call;
    const { queued, watched } = this.#session(connection);
    const name = args[0]!.toUpperCase();
    if (queued === undefined) return name === 'EXEC' ? [] : this.#plain(call);
    if (name !== 'EXEC') return [];
    return union(watched, ...queued.map((one) => this.#plain(one)));
  }

  /**
   * The footprint that a command turned out to have.
   *
   * @param reply - its frame
   * @param takeScript - the scripts that ran in this command, if somebody watched
   */
  performed(call: Call, reply: Buffer, takeScript: TakeScript): Footprint {
    const { args, connection } = call;
    const session = this.#session(connection);
    const name = args[0]!.toUpperCase();
    const answer = reply.toString('latin1', 0, 8);
    if (session.queued !== undefined && name !== 'EXEC' && name !== 'DISCARD' && name !== 'RESET') {
      if (!INVALID.test(answer))
        this.#sessions.set(connection, { ...session, queued: [...session.queued, call] });
      return [];
    }
    const own = name === 'EXEC' ? session.watched : this.of(call);
    const inner = name === 'EXEC' ? (session.queued ?? []) : [];
    this.#note(name, connection, own, answer);
    if (name === 'EXEC') {
      // Nothing ran when a watched key had changed.
      if (NIL.test(answer)) return own;
      return union(own, ...inner.map((one) => this.#ran(one, takeScript)));
    }
    return this.#ran(call, takeScript);
  }

  #session(connection: string): Session {
    return this.#sessions.get(connection) ?? NO_SESSION;
  }

  #note(name: string, connection: string, own: Footprint, answer: string): void {
    if (INVALID.test(answer) && name !== 'EXEC') return;
    const { queued, watched } = this.#session(connection);
    switch (name) {
      case 'MULTI':
        this.#sessions.set(connection, { queued: [], watched });
        break;
      case 'WATCH':
        this.#sessions.set(connection, { queued, watched: union(watched, own) });
        break;
      case 'EXEC':
      case 'DISCARD':
      case 'RESET':
        this.#sessions.delete(connection);
        break;
      case 'UNWATCH':
        this.#sessions.set(connection, { queued, watched: [] });
        break;
      default:
    }
  }

  /** A command that the server ran, with the commands of the script that it may be. */
  #ran(call: Call, takeScript: TakeScript): Footprint {
    const declared = this.#plain(call);
    if (!isScript(call.args[0]!)) {
      this.#noteTime(call.args, declared);
      return declared;
    }
    const script = takeScript(call.args);
    if (script === undefined) {
      this.#anyDeadline = true;
      this.lookedAtTime = true;
      return 'everything';
    }
    const parts = [declared];
    for (const { args, database } of script.inner) {
      const footprint = this.#plain({ ...call, args, database, opaque: false });
      this.#noteTime(args, footprint);
      parts.push(footprint);
    }
    return union(...parts);
  }

  #noteTime(args: readonly string[], footprint: Footprint): void {
    const { givenMs = Infinity, looks, setsDeadline } = timingOf(args);
    this.shortestMs = Math.min(this.shortestMs, givenMs);
    this.lookedAtTime ||= looks;
    if (setsDeadline) this.#addDeadlines(footprint);
  }

  #addDeadlines(footprint: Footprint): void {
    if (footprint === 'everything') this.#anyDeadline = true;
    else for (const { resource } of footprint) if (resource !== CLOCK) this.#deadlines.add(resource);
  }

  #plain({ args, database, opaque }: Call): Footprint {
    if (opaque === true) return 'everything';
    const footprint = this.commands.of(args, database);
    if (footprint === 'everything' || footprint.length === 0) return footprint;
    if (this.timeless) return timingOf(args).givenMs === undefined ? footprint : withoutClock(footprint);
    const timed = this.#anyDeadline || footprint.some(({ resource }) => this.#deadlines.has(resource));
    return timed ? union(footprint, [read(CLOCK)]) : footprint;
  }
}
