/**
 * Workers stand for processes, and share one here. Bluebird has one queue a process, which would not be drained any more once the worker
 * that began to had crashed, and forgets whose promise it is. What it offers for both is used; libraries on it stay as they are.
 */
import Bluebird from 'bluebird';

Bluebird.config({ asyncHooks: true });
Bluebird.setScheduler((drain) => void Promise.resolve().then(drain));
