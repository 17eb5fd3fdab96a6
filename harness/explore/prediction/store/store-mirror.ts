import { createHash } from 'node:crypto';
import type { Footprint } from '../../events/footprint.js';
import { isKey } from '../../events/resources.js';
import type { SentCall } from '../local/sent-call.js';
import { countedFrom, countedToDate, isDated, latin1Deadline, type Content } from './content.js';

/** What a connection keeps on the server. */
interface Session {
  /** Commands since MULTI, and what was answered; undefined outside of a transaction. */
  readonly queued: readonly Queued[] | undefined;
  /** Keys that are watched. */
  readonly watched: ReadonlyMap<string, Watched>;
}

interface Queued {
  readonly args: readonly string[];
  readonly reply: string;
}

interface Watched {
  /** What the key held when it was watched. */
  readonly since: Content;
  /** It has become another one. */
  readonly changed: boolean;
  /**
   * Commands that may have written it and left it as it was, each with all that decided what came of it, and what that
   * was: only the server knows whether those count.
   */
  readonly touches: ReadonlySet<string>;
}

const NO_SESSION: Session = { queued: undefined, watched: new Map() };

/** Store and sessions at one moment of an execution. @internal */
export interface StoreMark {
  readonly contents: ReadonlyMap<string, Content>;
  readonly sessions: ReadonlyMap<string, Session>;
}

/** What a command is to the server: all that decides what comes of it. @internal */
export interface Situation {
  /** Names it: the same one, the same outcome. */
  readonly name: string;
  /** Keys and scripts that it may touch, sorted. */
  readonly resources: readonly string[];
  /** Those that it may write. */
  readonly written: readonly string[];
}

/** A command, and what was answered. */
interface Sent {
  readonly connection: string;
  readonly args: readonly string[];
  readonly reply: string;
}

/** The store and the sessions on the server, as they are at one moment of an execution, which may be a predicted one. @internal */
export class StoreMirror {
  #contents = new Map<string, Content>();
  #sessions = new Map<string, Session>();

  /** @param initial - what keys held after the setup */
  constructor(readonly initial: ReadonlyMap<string, Content>) {}

  /** By resource; what is not in here is as after the setup. */
  get contents(): ReadonlyMap<string, Content> {
    return this.#contents;
  }

  /** Store and sessions as they are now, to go back to. */
  mark(): StoreMark {
    return { contents: new Map(this.#contents), sessions: new Map(this.#sessions) };
  }

  /** They are again as they were then, in the same execution. */
  goBack({ contents, sessions }: StoreMark): void {
    this.#contents = new Map(contents);
    this.#sessions = new Map(sessions);
  }

  /** What a resource holds at a moment. @param wallMs - virtual wall-clock time */
  at(resource: string, wallMs: number): Content {
    const content = this.#contents.get(resource) ?? this.initial.get(resource) ?? '';
    const deadlineMs = latin1Deadline(content);
    return deadlineMs !== undefined && wallMs > deadlineMs ? '' : content;
  }

  /**
   * The situation of a command.
   *
   * @param footprint - what it may touch
   * @returns undefined where nobody knows what that is
   */
  situation(
    { connection, args, landsOn }: SentCall,
    footprint: Footprint,
    wallMs: number,
  ): Situation | undefined {
    if (footprint === 'everything') return undefined;
    // In the middle of a transaction it would only be queued.
    if (landsOn !== undefined && this.#session(landsOn).queued !== undefined) return undefined;
    const touched = footprint.filter(({ resource }) => isStored(resource));
    if (touched.some(({ resource }) => isKey(resource) && !resource.startsWith('0:'))) return undefined;
    const resources = touched.map(({ resource }) => resource).sort();
    const written = touched
      .filter(({ mode }) => mode !== 'read')
      .map(({ resource }) => resource)
      .sort();
    const held = resources.map((resource) => [resource, countedFrom(this.at(resource, wallMs), wallMs)]);
    const name = JSON.stringify([args, this.#sessionText(connection, wallMs), held]);
    // Whatever else it is, what comes of it is the same at any time, with as much time left.
    const { queued = [] } = this.#session(connection);
    const hasDate = isDated(args) || queued.some((one) => isDated(one.args));
    return { name: hasDate ? `${name} ${wallMs}` : name, resources, written };
  }

  /**
   * A command has run.
   *
   * @param after - what it wrote holds now, deadlines counted from now on
   */
  ran(
    { name: situation, resources, written }: Situation,
    sent: Sent,
    after: readonly (readonly [resource: string, content: Content])[],
    wallMs: number,
  ): void {
    const { connection, args, reply } = sent;
    const before = new Map(written.map((resource) => [resource, this.at(resource, wallMs)]));
    const name = args[0]!.toUpperCase();
    const { queued } = this.#session(connection);
    for (const [resource, content] of after) this.#contents.set(resource, countedToDate(content, wallMs));
    const isQueued = queued !== undefined && name !== 'EXEC' && name !== 'DISCARD';
    if (!isQueued) this.#touched(before, wallMs, () => shortened(`${reply} ${situation}`));
    this.#note(sent, resources, wallMs);
  }

  /** Keys that have a deadline, and when that is. */
  deadlines(): (readonly [resource: string, deadlineMs: number])[] {
    const found: [string, number][] = [];
    for (const [resource, content] of this.#contents) {
      const deadlineMs = latin1Deadline(content);
      if (deadlineMs !== undefined) found.push([resource, deadlineMs]);
    }
    return found;
  }

  /** All that is other than after the setup, as text. */
  text(wallMs: number): string {
    const all = [...this.#contents.keys()].sort();
    return JSON.stringify(
      all.flatMap((resource) => {
        const content = this.at(resource, wallMs);
        return content === (this.initial.get(resource) ?? '') ? [] : [[resource, content]];
      }),
    );
  }

  #touched(before: ReadonlyMap<string, Content>, wallMs: number, writer: () => string): void {
    for (const [connection, { queued, watched }] of this.#sessions) {
      const touched = [...before].flatMap(([resource, was]): (readonly [string, Watched])[] => {
        const known = watched.get(resource);
        if (known === undefined) return [];
        const isSame = this.at(resource, wallMs) === was;
        const touches = isSame ? new Set([...known.touches, writer()]) : known.touches;
        return [[resource, { ...known, touches, changed: known.changed || !isSame }]];
      });
      if (touched.length > 0)
        this.#sessions.set(connection, { queued, watched: new Map([...watched, ...touched]) });
    }
  }

  #note({ connection, args, reply }: Sent, resources: readonly string[], wallMs: number): void {
    const name = args[0]!.toUpperCase();
    const failed = reply.startsWith('-');
    const { queued, watched } = this.#session(connection);
    if (name === 'EXEC' || name === 'DISCARD')
      this.#sessions.set(connection, queued === undefined ? { queued, watched } : NO_SESSION);
    else if (queued !== undefined)
      this.#sessions.set(connection, { queued: [...queued, { args, reply }], watched });
    else if (failed) return;
    else if (name === 'MULTI') this.#sessions.set(connection, { queued: [], watched });
    else if (name === 'UNWATCH') this.#sessions.set(connection, { queued, watched: new Map() });
    else if (name === 'WATCH') {
      const fresh = resources
        .filter((resource) => !watched.has(resource))
        .map((resource) => {
          const since = this.at(resource, wallMs);
          return [resource, { since, changed: false, touches: new Set<string>() }] as const;
        });
      this.#sessions.set(connection, { queued, watched: new Map([...watched, ...fresh]) });
    }
  }

  #session(connection: string): Session {
    return this.#sessions.get(connection) ?? NO_SESSION;
  }

  #sessionText(connection: string, wallMs: number): unknown {
    const { queued, watched } = this.#session(connection);
    const keys = [...watched].sort(([a], [b]) => (a < b ? -1 : 1));
    return [
      queued ?? null,
      // One that had a deadline may be gone by now.
      keys.map(([key, { since, changed, touches }]) => [
        key,
        latin1Deadline(since) === undefined ? '' : countedFrom(since, wallMs),
        changed || [...touches].sort(),
      ]),
    ];
  }
}

/** A name for a long text: each of these may be part of the next one. */
function shortened(text: string): string {
  return createHash('sha256').update(text, 'latin1').digest('base64');
}

/** Is it a key, or a script? @internal */
export function isStored(resource: string): boolean {
  return isKey(resource) || resource.startsWith('script:');
}
