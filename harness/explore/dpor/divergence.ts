/** The execution did not follow the choices that it was made of: something else decides as well. @internal */
export class DivergenceError extends Error {
  override name = 'DivergenceError';
  constructor(
    /** Position of the step, from 1. */
    readonly step: number,
    readonly expected: string,
    readonly found: string,
  ) {
    super(`step ${step} was to be "${expected}", but there was "${found}"`);
  }
}
