/** The door every vendor's answers come through: errors know the role that was asked, and text can be stored. */
import { Failure } from '../lib/errors.ts';
import { storable } from '../lib/text.ts';
import type { Role } from './role.ts';

/**
 * The same object, whose every Failure carries `role`: with two roles over one log-in, only the one that failed is
 * paused. Whatever it answers is storable, whoever typed it at the vendor. Methods of objects in it (a hook, a set-up)
 * count as its own.
 */
export function asRole<T extends object>(role: Role, made: T): T {
  const wrapped = new Map<PropertyKey, unknown>();
  return new Proxy(made, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function' && (typeof value !== 'object' || value === null)) return value;
      if (!wrapped.has(name))
        wrapped.set(name, typeof value === 'function' ? stamping(role, value.bind(target)) : asRole(role, value));
      return wrapped.get(name);
    },
  });
}

type Method = (...given: unknown[]) => unknown;

function stamping(role: Role, method: Method): Method {
  return (...given) => {
    try {
      const answer = method(...given);
      return answer instanceof Promise ? answer.then(storable, thrown => rethrow(role, thrown)) : storable(answer);
    } catch (thrown) {
      return rethrow(role, thrown);
    }
  };
}

function rethrow(role: Role, thrown: unknown): never {
  if (thrown instanceof Failure) thrown.role ??= role;
  throw thrown;
}
