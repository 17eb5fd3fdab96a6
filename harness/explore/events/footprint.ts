/**
 * How a step uses a resource. `add` is a write that commutes with its like and whose reply tells nothing about it:
 * two adds may be swapped, an add and a read may not.
 *
 * @internal
 */
export type AccessMode = 'read' | 'add' | 'write';

/** One use of one resource: a key (`0:counter`), a channel, the clock, a worker's own state … @internal */
export interface Access {
  readonly resource: string;
  readonly mode: AccessMode;
}

/** What a step touches. `everything`: nobody knows, so it is swapped with nothing. @internal */
export type Footprint = readonly Access[] | 'everything';

/** A step that touches nothing. @internal */
export const NOTHING: Footprint = [];

/** May the order of two steps matter? False only where they can be swapped without anybody noticing. @internal */
export function dependent(a: Footprint, b: Footprint): boolean {
  if (a === 'everything' || b === 'everything') return true;
  for (const { resource, mode } of a) {
    for (const other of b) {
      if (resource === other.resource && (mode !== other.mode || mode === 'write')) return true;
    }
  }
  return false;
}

/** Does a step use a resource in just this way, as far as anybody knows? @internal */
export function uses(footprint: Footprint, resource: string, mode: AccessMode): boolean {
  return (
    footprint !== 'everything' &&
    footprint.some((access) => access.resource === resource && access.mode === mode)
  );
}

/** What several steps touch together. Every resource appears once; reading and adding amount to writing. @internal */
export function union(...footprints: readonly Footprint[]): Footprint {
  const all: { resource: string; mode: AccessMode }[] = [];
  for (const footprint of footprints) {
    if (footprint === 'everything') return 'everything';
    for (const { resource, mode } of footprint) {
      const known = all.find((access) => access.resource === resource);
      if (known === undefined) all.push({ resource, mode });
      else if (known.mode !== mode) known.mode = 'write';
    }
  }
  return all;
}

/** A step reads a resource. @internal */
export function read(resource: string): Access {
  return { resource, mode: 'read' };
}

/** A step adds to a resource, in a way that commutes with others that add. @internal */
export function add(resource: string): Access {
  return { resource, mode: 'add' };
}

/** A step writes a resource. @internal */
export function write(resource: string): Access {
  return { resource, mode: 'write' };
}
