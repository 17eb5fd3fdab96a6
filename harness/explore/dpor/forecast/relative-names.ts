import type { Event } from '../../events/event.js';

const WORKER = /^w\d+\./;

/** The key of a step as the worker of another step would say it: `~3` for its own third command. @internal */
export function nameFor(key: string, of: Event): string {
  const own = WORKER.exec(of.key)?.[0];
  return own !== undefined && key.startsWith(own) ? `~${key.slice(own.length)}` : key;
}

/** The key that such a name stands for. @internal */
export function keyFor(name: string, of: Event): string {
  return name.startsWith('~') ? `${WORKER.exec(of.key)?.[0] ?? ''}${name.slice(1)}` : name;
}

/** A key without whose step it is. @internal */
export function withoutWorker(key: string): string {
  return key.replace(WORKER, '~');
}
