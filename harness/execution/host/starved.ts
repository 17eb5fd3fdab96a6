import type { Flow } from '../../base/flow.js';

/** A worker that never gave the event loop back was stopped. @internal */
export class StarvedError extends Error {
  override name = 'StarvedError';

  /**
   * @param flow - who it was
   * @param where - what it was doing, innermost first: `path:line:column`
   */
  constructor(
    readonly flow: Flow,
    readonly where: readonly string[],
  ) {
    const place = where.length === 0 ? '' : ` (${where.join(' < ')})`;
    super(
      `${flow.name} keeps the event loop from turning${place}: nobody else gets a turn, and no timer fires`,
    );
  }
}
