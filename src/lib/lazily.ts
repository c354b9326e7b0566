/**
 * Something that is made when it is used, and made anew when it was not used for a while: most workspaces use little of
 * what they have, and seldom. For what keeps nothing that could be lost.
 * @param keptMs how long it is kept unused; whoever works with it meanwhile goes on
 */
export function lazily<T extends object>(make: () => T, keptMs: number): T {
  let made: T | undefined;
  let unused: NodeJS.Timeout | undefined;
  const used = (): T => {
    if (unused) unused.refresh();
    else {
      unused = setTimeout(() => {
        made = undefined;
        unused = undefined;
      }, keptMs);
      unused.unref();
    }
    made ??= make();
    return made;
  };
  return new Proxy({} as T, {
    get: (_, name) => Reflect.get(used(), name),
    has: (_, name) => Reflect.has(used(), name),
    ownKeys: () => Reflect.ownKeys(used()),
    getOwnPropertyDescriptor: (_, name) => {
      const found = Reflect.getOwnPropertyDescriptor(used(), name);
      // Of what the proxy itself does not have only that may be told.
      return found && { ...found, configurable: true };
    },
  });
}
