/** SET NX PX takes the lock and gives it a deadline, in one command. */
export { acquire } from '../variants/set-nx-px.js';
