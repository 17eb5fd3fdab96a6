import { fileURLToPath } from 'node:url';

/** This project. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));
