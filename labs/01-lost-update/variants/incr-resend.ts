/**
 * The code of `incr`, to the letter. What differs is the network: here a reply may get lost on its way back. ioredis
 * keeps every command that was not answered and sends it again after it has reconnected.
 */
export { countView } from './incr.js';
