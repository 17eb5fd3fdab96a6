import { checkNames } from '../base/option-names.js';
import { addressText } from '../clock/connect-arguments.js';
import { shown } from '../base/shown.js';
import type { App, AppOptions } from './app-types.js';
import { ScenarioError } from './errors.js';

const OPTIONS: Readonly<Record<keyof AppOptions, true>> = { clients: true, addresses: true, start: true };

/** The application with its defaults filled in. @throws ScenarioError for what makes no sense @internal */
export function checkedApp(given: AppOptions<never> | undefined): App | undefined {
  if (given === undefined) return undefined;
  if (typeof given !== 'object' || given === null)
    throw new ScenarioError(`"app" is an object such as { clients: [redis] }, not ${shown(given)}`);
  checkNames(given, OPTIONS, '"app"');
  const { clients = [], addresses = [], start } = given;
  if (!Array.isArray(clients)) throw new ScenarioError(`"app.clients" is a list, not ${shown(clients)}`);
  if (!Array.isArray(addresses) || !addresses.every((one) => typeof one === 'string' && one !== ''))
    throw new ScenarioError(
      `"app.addresses" is a list such as ['redis://localhost:6379'], not ${shown(addresses)}`,
    );
  if (start !== undefined && typeof start !== 'function')
    throw new ScenarioError(`"app.start" is a function, not ${shown(start)}`);
  return { clients, addresses: addresses.map(addressOf), start };
}

const PORT = 6379;
const URL_SCHEME = /^(?:rediss?|valkeys?):\/\//;
const HOST_AND_PORT = /^(\[[^\]]+\]|[^:/\s]+)(?::(\d+))?$/;

/** `host:port`, or the path of a unix socket. @throws ScenarioError */
function addressOf(given: string): string {
  const path = /^(?:unix:(?:\/\/)?)?(\/.*)$/.exec(given)?.[1];
  if (path !== undefined) return addressText({ path });
  const url = URL_SCHEME.test(given) && URL.canParse(given) ? new URL(given) : undefined;
  const [, host, port] = HOST_AND_PORT.exec(url?.host ?? given) ?? [];
  if (host === undefined)
    throw new ScenarioError(
      `"app.addresses" names ${shown(given)}: give redis://host:port, host:port, or a path`,
    );
  return addressText({ host: host.replace(/^\[|\]$/g, ''), port: Number(port ?? PORT) });
}
