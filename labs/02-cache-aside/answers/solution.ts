/** A lease from before the load, which a change takes away: who has lost it does not fill. */
export { read, update } from '../variants/lease.js';
