/**
 * What could not be kept of what a run found. It is complained of only once everything was shown: what was found must be seen all the
 * same.
 *
 * @internal
 */
export class Complaint {
  #error: { readonly first: unknown } | undefined;

  /** Was there anything? */
  get exists(): boolean {
    return this.#error !== undefined;
  }

  /** Does something that may fail. @returns what comes of it, or `instead` */
  async about<Of>(work: Promise<Of>, instead: Of): Promise<Of> {
    try {
      return await work;
    } catch (error) {
      this.#error ??= { first: error };
      return instead;
    }
  }

  /** @throws what failed first, where something did */
  raise(): void {
    if (this.#error !== undefined) throw this.#error.first;
  }
}
