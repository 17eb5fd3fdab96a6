/**
 * Where a real Redis comes from: a container, a process on this machine, a downloaded package, or an address given by
 * hand. Whatever was started is gone when this process is, however it ends.
 */
export { ServerError, type ServerErrorCode } from './errors.js';
export { DEFAULT_IMAGE } from './request.js';
export { sharedServer } from './shared.js';
export { CLOCK_START_US } from './shim/clock-file.js';
export { startServer } from './start.js';
export type * from './types.js';
