import type { Footprint } from '../../events/footprint.js';
import { isKey } from '../../events/resources.js';
import { latin1Deadline, type Content } from './content.js';

/** What a connection keeps on the server. */
interface Session {
  /** Commands since MULTI; undefined outside of a transaction. */
  queued: string[] | undefined;
  /** Keys that are watched. */
  readonly watched: Map<string, Watched>;
}

interface Watched {
  /** What the key held when it was watched. */
  readonly since: Content;
  /** It has become another one. */
  changed: boolean;
  /** Commands that may have written it and left it as it was: only the server knows whether those count. */
  readonly touches: Set<string>;
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

/** The store and the sessions on the server, as they are at one moment of an execution, which may be a predicted one. @internal */
export class StoreMirror {
  /** By resource; what is not in here is as after the setup. */
  readonly contents = new Map<string, Content>();
  readonly #sessions = new Map<string, Session>();

  /** @param initial - what keys held after the setup */
  constructor(readonly initial: ReadonlyMap<string, Content>) {}

  /** What a resource holds at a moment. @param wallMs - virtual wall-clock time */
  at(resource: string, wallMs: number): Content {
    const content = this.contents.get(resource) ?? this.initial.get(resource) ?? '';
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
    connection: string,
    args: readonly string[],
    footprint: Footprint,
    wallMs: number,
  ): Situation | undefined {
    if (footprint === 'everything') return undefined;
    const touched = footprint.filter(({ resource }) => isStored(resource));
    if (touched.some(({ resource }) => isKey(resource) && !resource.startsWith('0:'))) return undefined;
    const resources = touched.map(({ resource }) => resource).sort();
    const written = touched
      .filter(({ mode }) => mode !== 'read')
      .map(({ resource }) => resource)
      .sort();
    const held = resources.map((resource) => [resource, this.at(resource, wallMs)]);
    return { name: JSON.stringify([args, this.#sessionText(connection), held, wallMs]), resources, written };
  }

  /**
   * A command has run.
   *
   * @param after - what it wrote holds now
   */
  ran(
    { resources, written }: Situation,
    sent: { readonly connection: string; readonly args: readonly string[]; readonly reply: string },
    after: readonly (readonly [resource: string, content: Content])[],
    wallMs: number,
  ): void {
    const { connection, args, reply } = sent;
    const before = new Map(written.map((resource) => [resource, this.at(resource, wallMs)]));
    const name = args[0]!.toUpperCase();
    const session = this.#session(connection);
    const text = JSON.stringify([args, session.queued ?? null]);
    for (const [resource, content] of after) this.contents.set(resource, content);
    const isQueued = session.queued !== undefined && name !== 'EXEC' && name !== 'DISCARD';
    if (!isQueued) this.#touched(before, wallMs, text);
    this.#note(name, session, text, reply, { resources, wallMs });
  }

  /** Keys that have a deadline, and when that is. */
  deadlines(): (readonly [resource: string, deadlineMs: number])[] {
    const found: [string, number][] = [];
    for (const [resource, content] of this.contents) {
      const deadlineMs = latin1Deadline(content);
      if (deadlineMs !== undefined) found.push([resource, deadlineMs]);
    }
    return found;
  }

  /** All that is other than after the setup, as text. */
  text(wallMs: number): string {
    const all = [...this.contents.keys()].sort();
    return JSON.stringify(
      all.flatMap((resource) => {
        const content = this.at(resource, wallMs);
        return content === (this.initial.get(resource) ?? '') ? [] : [[resource, content]];
      }),
    );
  }

  #touched(before: ReadonlyMap<string, Content>, wallMs: number, text: string): void {
    for (const { watched } of this.#sessions.values()) {
      for (const [resource, was] of before) {
        const known = watched.get(resource);
        if (known === undefined) continue;
        if (this.at(resource, wallMs) === was) known.touches.add(text);
        else known.changed = true;
      }
    }
  }

  #note(
    name: string,
    session: Session,
    text: string,
    reply: string,
    { resources, wallMs }: { readonly resources: readonly string[]; readonly wallMs: number },
  ): void {
    const failed = reply.startsWith('-');
    if (name === 'EXEC' || name === 'DISCARD') {
      if (session.queued !== undefined) session.watched.clear();
      session.queued = undefined;
    } else if (session.queued !== undefined) session.queued.push(`${reply} ${text}`);
    else if (failed) return;
    else if (name === 'MULTI') session.queued = [];
    else if (name === 'UNWATCH') session.watched.clear();
    else if (name === 'WATCH') {
      for (const resource of resources) {
        if (session.watched.has(resource)) continue;
        const since = this.at(resource, wallMs);
        session.watched.set(resource, { since, changed: false, touches: new Set() });
      }
    }
  }

  #session(connection: string): Session {
    let session = this.#sessions.get(connection);
    if (session === undefined) {
      session = { queued: undefined, watched: new Map() };
      this.#sessions.set(connection, session);
    }
    return session;
  }

  #sessionText(connection: string): unknown {
    const { queued, watched } = this.#session(connection);
    const keys = [...watched].sort(([a], [b]) => (a < b ? -1 : 1));
    return [
      queued ?? null,
      // One that had a deadline may be gone by now.
      keys.map(([key, { since, changed, touches }]) => [
        key,
        latin1Deadline(since) === undefined ? '' : since,
        changed || [...touches].sort(),
      ]),
    ];
  }
}

/** Is it a key, or a script? @internal */
export function isStored(resource: string): boolean {
  return isKey(resource) || resource.startsWith('script:');
}
