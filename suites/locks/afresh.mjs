import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * A copy of a package for one worker, which stands for a process: for one that keeps something in its modules.
 *
 * @param name - of the package
 * @param others - packages that it has to itself as well
 */
export function afresh(name, ...others) {
  const own = [name, ...others].map((one) => `/node_modules/${one}/`);
  for (const path of Object.keys(require.cache))
    if (own.some((part) => path.replaceAll('\\', '/').includes(part))) delete require.cache[path];
  return require(name);
}
