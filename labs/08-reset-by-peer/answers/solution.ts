/** Looks whether it was done, does it, and writes down the answer: in one script. */
export { create } from '../variants/key-in-script.js';
