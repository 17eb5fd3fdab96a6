/** The code of `lua-release`: SET NX PX takes the lock and gives it a deadline, in one command. */
export { acquire, release } from './lua-release.js';
