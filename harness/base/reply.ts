/**
 * An error reply as a value, so that it can stand inside of arrays and records.
 *
 * @public
 */
export interface ReplyError {
  /** Its text, such as `WRONGTYPE Operation against a key …`. */
  readonly error: string;
}

/**
 * A reply of Redis as a value: what a record keeps and a person reads. Bytes that are not UTF-8 are shown as `\xNN`, numbers
 * beyond what is exact stay texts, and a map of RESP3 is the list of its keys and values in turn.
 *
 * @public
 */
export type Reply =
  string | number | boolean | null | ReplyError | readonly Reply[] | { readonly map: readonly Reply[] };
