/** How the command line is called, for lines to copy. From a checkout there is no installed command yet. @internal */
export const INVOCATION = import.meta.url.endsWith('.ts') ? 'npm run race-lab --' : 'npx race-lab';
