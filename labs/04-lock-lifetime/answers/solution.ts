/** A script compares and extends: nobody gets in between. */
export { extend } from '../variants/script-extend.js';
