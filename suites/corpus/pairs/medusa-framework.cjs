/**
 * What the locking module of Medusa uses of its framework: an error class, and a Promise.all that waits for all. The framework itself is
 * an installation of 246 MB, which the corpus goes without; the module is as it was published.
 */
class MedusaError extends Error {
  static Types = { CONFLICT: 'conflict' };
  constructor(type, message) {
    super(message);
    this.type = type;
  }
}

async function promiseAll(promises) {
  const settled = await Promise.allSettled(promises);
  const failed = settled.find(({ status }) => status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return settled.map(({ value }) => value);
}

module.exports = { MedusaError, promiseAll };
