/**
 * The code of `watch-multi`, to the letter. What differs is the connection: here one client serves every request of
 * the process, as it does in most applications, and a WATCH belongs to the connection, not to the function that
 * sent it.
 */
export { countView } from './watch-multi.js';
