/** What every Node process that a test starts is given: where programs are, and what this run has compiled already. */
export const CHILD_ENV: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({ PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE }).flatMap(
    ([name, value]) => (value === undefined ? [] : [[name, value]]),
  ),
);
