/**
 * The code of `incr`, to the letter. What differs is the client: it does not reconnect and does not resend, so nothing
 * runs twice. Instead the error reaches this code, which does not expect one.
 */
export { countView } from './incr.js';
