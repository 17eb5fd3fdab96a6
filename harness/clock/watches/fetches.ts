import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** What undici announces, Node's own behind `fetch` and the package: one object a request. */
type Message = { readonly request: { readonly origin?: unknown } };

const BEGIN = 'undici:request:create';
/** The body is there, to its last byte; or nothing will come any more, since it failed or was given up. */
const ENDS = ['undici:request:trailers', 'undici:request:error'];

/** Services within this process, whose requests are steps of the lab: there it sees itself who waits. */
const HELD = '.race-lab.test';

/** Where clients find a service of this process. @internal */
export function heldOrigin(service: string): string {
  return `http://${service}${HELD}`;
}

function isHeld({ request }: Message): boolean {
  return typeof request.origin === 'string' && request.origin.endsWith(HELD);
}

/**
 * Sees HTTP requests of `fetch` and of undici. Their pools write when a connection is free, in the context of any code
 * that runs then, so that neither sockets nor writes say whose request it is.
 *
 * @param began - called in the context of who asks; returns what is called once it has ended
 * @returns a function that takes it back
 * @internal
 */
export function watchFetches(began: () => (() => void) | undefined): () => void {
  const open = new WeakMap<object, () => void>();
  const begin = (message: unknown): void => {
    if (isHeld(message as Message)) return;
    const end = began();
    if (end !== undefined) open.set((message as Message).request, end);
  };
  const end = (message: unknown): void => open.get((message as Message).request)?.();
  subscribe(BEGIN, begin);
  for (const name of ENDS) subscribe(name, end);
  return () => {
    unsubscribe(BEGIN, begin);
    for (const name of ENDS) unsubscribe(name, end);
  };
}
