/** An object of which every entry that may be undefined is optional instead. @internal */
export type Defined<T extends object> = {
  [Name in keyof T as undefined extends T[Name] ? never : Name]: T[Name];
} & {
  [Name in keyof T as undefined extends T[Name] ? Name : never]?: Exclude<T[Name], undefined>;
};

/**
 * Leaves out the entries that are undefined: an optional field is absent rather than undefined, both for the type
 * checker and in a comparison or a spread.
 *
 * @returns a copy with the other entries, in their order
 * @internal
 */
export function defined<T extends object>(entries: T): Defined<T> {
  const kept = Object.entries(entries).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as Defined<T>;
}

/** The same object for whoever puts it together. @internal */
export type Writable<T> = { -readonly [K in keyof T]: T[K] };
