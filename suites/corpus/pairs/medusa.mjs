import Module, { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const standIn = require.resolve('./medusa-framework.cjs');

/** The locking provider of a version, with a stand-in for what it uses of its framework. @param alias - of the package */
export function providerOf(alias) {
  const resolve = Module._resolveFilename;
  Module._resolveFilename = (request, ...rest) =>
    request === '@medusajs/framework/utils' ? standIn : resolve(request, ...rest);
  try {
    return require(`${alias}/dist/services/redis-lock.js`).RedisLockingProvider;
  } finally {
    Module._resolveFilename = resolve;
  }
}
