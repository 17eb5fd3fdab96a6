/** Race files have their path for the id of a lab. */
const RACE_FILE_ID = /\.[cm]?[jt]s$/;

/** Whether this is the id of a race file. @internal */
export function isFileId(lab: string): boolean {
  return RACE_FILE_ID.test(lab);
}

/**
 * One variant by the name that the command line takes and prints: `01-lost-update/get-set`, or `race/stock.race.ts:last item`.
 *
 * @internal
 */
export function fullName(lab: string, variant: string): string {
  return `${lab}${isFileId(lab) ? ':' : '/'}${variant}`;
}
