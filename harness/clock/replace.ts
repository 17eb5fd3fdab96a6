/**
 * Replaces a property of an object until everything is put back; by what a getter returns, where one is given.
 *
 * @internal
 */
export type Replace = (target: object, key: string, value: unknown, as?: 'value' | 'getter') => void;
