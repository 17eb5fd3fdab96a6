/** A copy of this package that has been loaded into this process. @internal */
export interface Copy {
  /** Address of its code. */
  readonly url: string;
}

/** The same in every copy, whatever its version. */
const KEY = Symbol.for('redis-race-lab.copies');

/** Every copy in this process. Two of them know nothing of each other: what one replaces and hooks is not the other's. @internal */
export function copies(): readonly Copy[] {
  return list();
}

/** This copy. @internal */
export const THIS_COPY: Copy = { url: import.meta.url };

/** Makes this copy known. @internal */
export function announceCopy(): void {
  if (!list().includes(THIS_COPY)) list().push(THIS_COPY);
}

function list(): Copy[] {
  const holder = globalThis as { [KEY]?: Copy[] };
  return (holder[KEY] ??= []);
}
