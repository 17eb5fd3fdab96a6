import { eventsDependent, type Event } from '../events/event.js';

/**
 * A node of a wakeup tree: run the event, then what its children say, first child first; a leaf leaves it open.
 *
 * @internal
 */
export interface Wakeup {
  readonly event: Event;
  readonly children: Wakeup[];
}

/**
 * Is `event` a weak initial of `sequence`: could the sequence, perhaps extended, begin with it? Either it occurs in
 * there with nothing before it that it depends on, or it does not occur and depends on nothing in there.
 *
 * @internal
 */
export function isWeakInitial(event: Event, sequence: readonly Event[]): boolean {
  for (const other of sequence) {
    if (other.key === event.key) return true;
    if (eventsDependent(other, event)) return false;
  }
  return true;
}

/**
 * Is `event` an initial of `sequence`: does it occur in there with nothing before it that it depends on?
 *
 * @internal
 */
export function isInitial(event: Event, sequence: readonly Event[]): boolean {
  return sequence.some(({ key }) => key === event.key) && isWeakInitial(event, sequence);
}

/**
 * Adds a sequence to a wakeup tree, unless what the tree holds already leads to it (Abdulla et al., JACM 2017,
 * section 6.2, `insert`).
 *
 * @param children - the tree: what is to be run, first to last
 * @returns the number of leaves that were added: 0 or 1
 * @internal
 */
export function insert(children: Wakeup[], sequence: readonly Event[]): number {
  let rest = [...sequence];
  let level = children;
  while (rest.length > 0) {
    const left = rest;
    const fitting = level.find(({ event }) => isWeakInitial(event, left) && isHeardAlike(event, left));
    if (fitting === undefined) {
      append(level, rest);
      return 1;
    }
    if (fitting.children.length === 0) return 0;
    rest = rest.filter(({ key }) => key !== fitting.event.key);
    level = fitting.children;
  }
  return 0;
}

/** Does its worker hear of it in the same way, at once or later, where it is in the sequence? What follows hangs on that. */
function isHeardAlike({ key, heardIn }: Event, sequence: readonly Event[]): boolean {
  const same = sequence.find((event) => event.key === key);
  return same === undefined || same.heardIn === heardIn;
}

function append(level: Wakeup[], sequence: readonly Event[]): void {
  for (const event of sequence) {
    const node: Wakeup = { event, children: [] };
    level.push(node);
    level = node.children;
  }
}

/** Number of leaves: executions that the tree asks for. @internal */
export function leaves(children: readonly Wakeup[]): number {
  let count = 0;
  const open = [...children];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.children.length === 0) count += 1;
    else open.push(...node.children);
  }
  return count;
}

/** A copy that later changes of the tree do not reach. @internal */
export function copyWakeups(children: readonly Wakeup[]): Wakeup[] {
  return children.map(({ event, children: below }) => ({ event, children: copyWakeups(below) }));
}

/**
 * The same, without what a worker hears as part of another step here.
 *
 * @param possible - keys of what could happen next
 * @internal
 */
export function withoutHeard(children: readonly Wakeup[], possible: ReadonlySet<string>): readonly Wakeup[] {
  if (!children.some(({ event }) => event.hears === true && !possible.has(event.key))) return children;
  return children.flatMap((child) =>
    child.event.hears === true && !possible.has(child.event.key)
      ? withoutHeard(child.children, possible)
      : [child],
  );
}
