import { createRequire } from 'node:module';
import type { Runtime, Session } from 'node:inspector';
import { fileURLToPath } from 'node:url';

/** What a function sees of one scope around it, by name. @internal */
export interface SeenScope {
  /** It is the whole module. */
  readonly module: boolean;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** By this name the inspector finds what it is to look at, and hands over what it found. */
const DESK: unique symbol = Symbol.for('redis-race-lab.scopes');
/** A scope, as the inspector shows it. */
interface Wrapped {
  readonly object: SeenScope['variables'];
}
const TAKE = `function () { globalThis[Symbol.for('redis-race-lab.scopes')] = this; }`;
const GROUP = 'redis-race-lab';
const PICK = `globalThis[Symbol.for('redis-race-lab.scopes')]`;

/** Functions of these see what is theirs alone: the lab, clients of Redis, and what tests are written with. */
const OWN = fileURLToPath(new URL('../../../', import.meta.url));
const LIBRARIES =
  /[\\/]node_modules[\\/](?:ioredis|iovalkey|redis|@redis|vitest|@vitest|fast-check|chai|jest|@jest|expect)(?:[\\/]|-)/;

/** The declarations of Node leave private fields out. */
type PropertiesSeen = Runtime.GetPropertiesReturnType & {
  readonly privateProperties?: readonly Runtime.InternalPropertyDescriptor[];
};

/** Reads the variables that functions of this process see, by the inspector of Node. @internal */
export class Scopes {
  static #shared: Scopes | undefined;
  readonly #session: Session;
  readonly #urls = new Map<string, string>();
  /** Of functions that were looked at: are they of Node, of the lab or of a library that is known? */
  readonly #own = new WeakMap<object, boolean>();

  private constructor(session: Session) {
    this.#session = session;
    session.connect();
    session.on('Debugger.scriptParsed', ({ params: { scriptId, url } }) => this.#urls.set(scriptId, url));
  }

  /** One for the process. @returns undefined where it has no inspector */
  static get(): Scopes | undefined {
    try {
      const inspector = createRequire(import.meta.url)('node:inspector') as typeof import('node:inspector');
      return (this.#shared ??= new Scopes(new inspector.Session()));
    } catch {
      return undefined;
    }
  }

  /**
   * The scopes around a function, innermost first; none for functions of Node, of the lab and of libraries that are known.
   *
   * @param anyway - also for one of those, without its module
   */
  of(fn: object, anyway = false): SeenScope[] {
    if (!anyway && this.#own.get(fn) === true) return [];
    return this.#about(fn, (internal) => {
      const isOwn = this.#noted(fn, internal);
      if (isOwn && !anyway) return [];
      const scopes = internal.find(({ name }) => name === '[[Scopes]]')?.value?.objectId;
      return scopes === undefined ? [] : this.#read(scopes, isOwn);
    });
  }

  /** Is it a function of Node, of the lab or of a library that is known? */
  isOwn(fn: object): boolean {
    return this.#own.get(fn) ?? this.#about(fn, (internal) => this.#noted(fn, internal));
  }

  /** Where it was written never changes. */
  #noted(fn: object, internal: readonly Runtime.InternalPropertyDescriptor[]): boolean {
    const isOwn = this.#own.get(fn) ?? this.#isOwn(internal);
    this.#own.set(fn, isOwn);
    return isOwn;
  }

  /** What a value keeps where nothing but the inspector sees it, by name: private fields, and what V8 calls internal. */
  hidden(value: object): (readonly [name: string, value: unknown])[] {
    const found: (readonly [name: string, value: unknown])[] = [];
    this.#about(value, (internal, fields) => {
      for (const one of [...fields, ...internal])
        if (one.value !== undefined) found.push([one.name, this.#valueOf(one.value)]);
    });
    return found;
  }

  #valueOf({ objectId, value, unserializableValue }: Runtime.RemoteObject): unknown {
    if (objectId === undefined) return unserializableValue ?? value;
    this.#post('Runtime.callFunctionOn', { objectId, functionDeclaration: TAKE });
    return (globalThis as unknown as { readonly [DESK]: unknown })[DESK];
  }

  #about<T>(
    fn: object,
    read: (
      internal: readonly Runtime.InternalPropertyDescriptor[],
      fields: readonly Runtime.InternalPropertyDescriptor[],
    ) => T,
  ): T {
    const desk = globalThis as unknown as Record<symbol, unknown>;
    desk[DESK] = fn;
    try {
      const { objectId } = (
        this.#post('Runtime.evaluate', {
          expression: PICK,
          objectGroup: GROUP,
        }) as Runtime.EvaluateReturnType
      ).result;
      const { internalProperties = [], privateProperties = [] } = this.#post('Runtime.getProperties', {
        objectId,
        ownProperties: true,
      }) as PropertiesSeen;
      return read(internalProperties, privateProperties);
    } finally {
      delete desk[DESK];
      this.#post('Runtime.releaseObjectGroup', { objectGroup: GROUP });
    }
  }

  #read(scopesId: string, isOwn: boolean): SeenScope[] {
    const { result } = this.#post('Runtime.getProperties', {
      objectId: scopesId,
      ownProperties: true,
    }) as Runtime.GetPropertiesReturnType;
    const seen: SeenScope[] = [];
    for (const { value } of result) {
      const { description = '', objectId } = value ?? {};
      const module = description.startsWith('Module');
      if (objectId === undefined || /^(?:Global|Script)/.test(description) || (isOwn && module)) continue;
      seen.push({ module, variables: (this.#valueOf({ type: 'object', objectId }) as Wrapped).object });
    }
    return seen;
  }

  #isOwn(internal: readonly Runtime.InternalPropertyDescriptor[]): boolean {
    const place = internal.find(({ name }) => name === '[[FunctionLocation]]')?.value?.value as
      { readonly scriptId: string } | undefined;
    // It is no function of JavaScript.
    if (place === undefined) return true;
    const { scriptId } = place;
    if (!this.#urls.has(scriptId)) {
      // It tells of all scripts that there are.
      this.#post('Debugger.enable');
      this.#post('Debugger.disable');
    }
    const url = this.#urls.get(scriptId) ?? '';
    if (url === '' || url.startsWith('node:')) return true;
    const path = url.startsWith('file:') ? fileURLToPath(url) : url;
    return LIBRARIES.test(path) || (path.startsWith(OWN) && !/\.test\.ts$/.test(path));
  }

  /** It answers at once: both sides are in this thread. */
  #post(method: string, params: object = {}): unknown {
    let answer: unknown;
    let failure: Error | null = null;
    this.#session.post(method, params, (error, result) => {
      failure = error;
      answer = result;
    });
    if (failure !== null) throw failure as Error;
    return answer;
  }
}
