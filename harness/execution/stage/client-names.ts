import type { Scenario } from '../../scenario/types.js';
import { libraryConnecting, type Library } from '../../wire/entries/library.js';
import type { Client } from '../../wire/gate/client.js';
import type { Link, LinkClient } from '../../wire/gate/link.js';

/** A client that the lab did not make, that did not say what it is, and that no package is known to have made. */
const UNKNOWN_CLIENT = 'unknown client';

/** By what opened them. */
const opener = new WeakMap<Link, Library>();
/** What makes the clients of a scenario: they may be used again and again, and connect once. */
const maker = new WeakMap<object, Library | undefined>();

/** What is asked of an execution. */
interface Named {
  readonly scenario: Scenario;
  readonly traced: boolean;
  readonly links: readonly Link[];
  readonly opened: readonly Link[];
}

/** A client connects: which library it is from is looked for where somebody will ask, or may not see it again. @internal */
export function noteLibrary(
  { scenario: { createClient }, traced }: Pick<Named, 'scenario' | 'traced'>,
  link: Link,
): void {
  const first = createClient !== undefined && isConstructed(link.client) && !maker.has(createClient);
  if (!traced && !first) return;
  const library = libraryConnecting();
  if (library !== undefined) opener.set(link, library);
  if (first) maker.set(createClient, library);
}

/** One that the lab makes for a worker, or for all. */
function isConstructed(client: LinkClient): boolean {
  return (client as Client).kind !== 'further';
}

/**
 * What the clients are that wrote commands of workers, as far as somebody knows: the lab's own ioredis, or what a client
 * said of itself when it connected, or whose code connected. Clients that nobody used are left out.
 *
 * @returns `own` for the lab's own, else names with their versions; each once, in order of their names
 * @internal
 */
export function clientNames({ links, opened, scenario }: Named): string[] {
  const names = [...links, ...opened].flatMap((link) => {
    const { frames, client, state } = link;
    if (frames.last === undefined) return [];
    const isKnown = 'redis' in client && client.redis !== undefined && (client as Client).kind !== 'app';
    if (isKnown && scenario.createClient === undefined) return ['own'];
    const made =
      isKnown && scenario.createClient !== undefined ? maker.get(scenario.createClient) : undefined;
    return [nameOf(state.library, opener.get(link) ?? made)];
  });
  return [...new Set(names)].sort();
}

/** What a client says of itself may carry a tag of its user, and lack a version. */
function nameOf(
  said: { readonly name?: string; readonly version?: string },
  found: Library | undefined,
): string {
  const { name, version } = said.name === undefined && found !== undefined ? found : said;
  if (name === undefined) return UNKNOWN_CLIENT;
  return version === undefined ? name : `${name} ${version}`;
}
