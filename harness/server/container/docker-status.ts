/**
 * The HTTP status with which the engine refused a request. @returns undefined for an error of another kind
 *
 * @internal
 */
export function statusOf(error: unknown): number | undefined {
  return (error as { statusCode?: number }).statusCode;
}

/** Waits for a request to the engine; refusals with one of these statuses are fine. @internal */
export async function unless(fine: ReadonlySet<number>, request: Promise<unknown>): Promise<void> {
  try {
    await request;
  } catch (error) {
    const status = statusOf(error);
    if (status === undefined || !fine.has(status)) throw error;
  }
}
