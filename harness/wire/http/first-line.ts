/** A request, by the first line of it. @internal */
export interface HttpMessage {
  /** In upper case: `POST`. */
  readonly method: string;
  /** As it was asked for: `/items?page=2`. */
  readonly path: string;
  /** Its place among those of the worker that sent it, from 1. */
  readonly nth: number;
}

const REQUEST = /^([A-Z]+) (\S+) HTTP\/1\.[01]\r\n/;
const STATUS = /^HTTP\/1\.[01] (\d{3}) ?[^\r]*\r\n/;
/** No first line of interest is longer. */
const LINE_MAX = 4096;

/** The request that begins with these bytes; undefined where none does. @internal */
export function firstLine(bytes: Buffer): Omit<HttpMessage, 'nth'> | undefined {
  const found = REQUEST.exec(bytes.subarray(0, LINE_MAX).toString('latin1'));
  return found === null ? undefined : { method: found[1]!, path: found[2]! };
}

/** The status of the response that begins with these bytes; undefined where none does. @internal */
export function statusLine(bytes: Buffer): string | undefined {
  return STATUS.exec(bytes.subarray(0, LINE_MAX).toString('latin1'))?.[1];
}
