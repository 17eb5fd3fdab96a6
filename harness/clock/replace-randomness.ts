import { currentFlow, type Flow } from '../base/flow.js';
import type { Replace } from './replace.js';

type Callback<T> = (error: Error | null, value: T) => void;
type NodeCrypto = typeof import('node:crypto');
type Bytes = ArrayBufferView | ArrayBuffer;

/** Fills bytes, or a part of them, from a flow's random numbers. Offset and size count elements. */
type Fill = <T extends Bytes>(flow: Flow, target: T, offset?: number, size?: number) => T;

/**
 * Seeded randomness for code in a flow; see `installGlobals`. Bad arguments go to the original, which complains.
 *
 * @internal
 */
export function replaceRandomness(replace: Replace, crypto: NodeCrypto): void {
  const { random } = Math;
  replace(Math, 'random', () => currentFlow()?.random.unit() ?? random.call(Math));
  const fill = seededFill(crypto.randomFillSync);
  replaceNodeCrypto(replace, crypto);
  replaceFills(replace, crypto, fill);
  replaceWebCrypto(replace, fill);
}

function replaceNodeCrypto(replace: Replace, crypto: NodeCrypto): void {
  const { randomUUID, randomBytes, randomInt } = crypto;
  replace(crypto, 'randomUUID', (options?: object) => {
    const flow = currentFlow();
    return flow === undefined ? randomUUID.call(crypto, options) : seededUuid(flow);
  });
  replace(crypto, 'randomBytes', (size: number, callback?: Callback<Buffer>) => {
    const flow = currentFlow();
    if (flow === undefined) return (randomBytes as Function)(size, callback) as unknown;
    const bytes = randomBytes(size);
    flow.random.fill(bytes);
    return handOver(bytes, callback);
  });
  replace(crypto, 'randomInt', (...args: unknown[]) => {
    const flow = currentFlow();
    if (flow === undefined) return (randomInt as Function)(...args) as unknown;
    const callback = args.find((arg): arg is Callback<number> => typeof arg === 'function');
    const bounds = args.filter((arg) => typeof arg !== 'function' && arg !== undefined) as [number, number?];
    (randomInt as (...bounds: (number | undefined)[]) => number)(...bounds);
    const [from, to] = bounds[1] === undefined ? [0, bounds[0]] : [bounds[0], bounds[1]];
    return handOver(from + flow.random.below(to - from), callback);
  });
}

function replaceFills(replace: Replace, crypto: NodeCrypto, fill: Fill): void {
  const { randomFillSync, randomFill } = crypto;
  replace(crypto, 'randomFillSync', (target: Bytes, offset?: number, size?: number) => {
    const flow = currentFlow();
    if (flow === undefined) return (randomFillSync as Function)(target, offset, size) as unknown;
    return fill(flow, target, offset, size);
  });
  replace(crypto, 'randomFill', (target: Bytes, ...args: unknown[]) => {
    const flow = currentFlow();
    const callback = args.at(-1);
    if (flow === undefined || typeof callback !== 'function')
      return (randomFill as Function)(target, ...args) as unknown;
    const [offset, size] = args.slice(0, -1) as number[];
    return handOver(fill(flow, target, offset, size), callback as Callback<unknown>);
  });
}

function replaceWebCrypto(replace: Replace, fill: Fill): void {
  const web = globalThis.crypto;
  const getRandomValues = web.getRandomValues.bind(web);
  const webUuid = web.randomUUID.bind(web);
  // `crypto.getRandomValues` of `node:crypto` looks here, too.
  replace(web, 'getRandomValues', (target: Uint8Array<ArrayBuffer>) => {
    const flow = currentFlow();
    getRandomValues(target);
    return flow === undefined ? target : fill(flow, target);
  });
  replace(web, 'randomUUID', () => {
    const flow = currentFlow();
    return flow === undefined ? webUuid() : seededUuid(flow);
  });
}

/** @param original - checks the arguments */
function seededFill(original: NodeCrypto['randomFillSync']): Fill {
  return (flow, target, offset = 0, size) => {
    (original as Function)(target, offset, size);
    const whole = ArrayBuffer.isView(target)
      ? new Uint8Array(target.buffer, target.byteOffset, target.byteLength)
      : new Uint8Array(target);
    const width = (target as { BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT ?? 1;
    flow.random.fill(
      whole.subarray(offset * width, size === undefined ? undefined : (offset + size) * width),
    );
    return target;
  };
}

/** Returns a value, or gives it to the callback later, as the original does. */
function handOver<T>(value: T, callback: Callback<T> | undefined): T | undefined {
  if (callback === undefined) return value;
  globalThis.setImmediate(() => callback(null, value));
  return undefined;
}

/** A version 4 UUID from the flow's own random numbers (RFC 9562, section 5.4). */
function seededUuid(flow: Flow): string {
  const bytes = Buffer.alloc(16);
  flow.random.fill(bytes);
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
