/**
 * The code of `lua-release`, to the letter. What differs is the network: here a reply may get lost on its way back,
 * and ioredis sends the command again. The second SET NX finds the key of the first.
 */
export { acquire, release } from './lua-release.js';
