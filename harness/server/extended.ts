/**
 * The same object with more, or other, properties. Unlike a spread it keeps getters: a process id changes.
 *
 * @internal
 */
export function extended<T extends object, U extends object>(base: T, more: U): Omit<T, keyof U> & U {
  const all = { ...Object.getOwnPropertyDescriptors(base), ...Object.getOwnPropertyDescriptors(more) };
  return Object.defineProperties({}, all) as Omit<T, keyof U> & U;
}
