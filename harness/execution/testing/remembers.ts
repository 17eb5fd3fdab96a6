/** For tests: a module that keeps something. */
let calls = 0;

/** How often it was called since it was loaded. */
export function countCall(): number {
  calls += 1;
  return calls;
}
