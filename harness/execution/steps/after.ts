/**
 * Goes on with a value that is there, or with one that is still to come. What is there costs no promise: in hot places, each
 * turn of one is felt.
 *
 * @internal
 */
export function after<T, R>(value: T | Promise<T>, goOn: (value: T) => R): R | Promise<R> {
  return value instanceof Promise ? value.then(goOn) : goOn(value);
}
