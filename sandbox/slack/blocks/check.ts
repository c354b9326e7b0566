/** Notes one problem: what is wrong, and the JSON pointer of where. */
export type Report = (problem: string, at: string) => void;
export type Check = (value: unknown, at: string, report: Report) => void;
export type Fields = Record<string, unknown>;
/** A rule over several fields of one object. */
export type Rule = (value: Fields, at: string, report: Report) => void;

/** Whether a value is a plain JSON object. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A string of `min` to `max` characters. */
export function text(max: number, min = 0): Check {
  return (value, at, report) => {
    if (typeof value !== 'string') report('expected a string', at);
    else if (value.length > max) report(`must be less than ${max + 1} characters`, at);
    else if (value.length < min) report(`must be more than ${min - 1} characters`, at);
  };
}

/** A string of a given form. */
export function matching(pattern: RegExp, what: string): Check {
  return (value, at, report) => {
    if (typeof value !== 'string' || !pattern.test(value)) report(`must be ${what}`, at);
  };
}

export const flag: Check = (value, at, report) => {
  if (typeof value !== 'boolean') report('expected a boolean', at);
};

/** A whole number within bounds. */
export function whole(min: number, max: number): Check {
  return (value, at, report) => {
    if (typeof value !== 'number' || !Number.isInteger(value)) report('expected an integer', at);
    else if (value < min || value > max) report(`must be from ${min} to ${max}`, at);
  };
}

export const number: Check = (value, at, report) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) report('expected a number', at);
};

/** One of a few strings. */
export function oneOf(...allowed: string[]): Check {
  return (value, at, report) => {
    if (typeof value !== 'string' || !allowed.includes(value)) report(`must be one of ${allowed.join(', ')}`, at);
  };
}

/** An array of `min` to `max` things. */
export function list(item: Check, max: number, min = 0): Check {
  return (value, at, report) => {
    if (!Array.isArray(value)) return report('expected an array', at);
    if (value.length > max) report(`no more than ${max} items allowed`, at);
    if (value.length < min) report(`must have at least ${min} items`, at);
    value.forEach((one, index) => {
      item(one, `${at}/${index}`, report);
    });
  };
}

/** An object with exactly these fields (and `type`); anything else is refused, as Slack does. */
export function shape(required: Record<string, Check>, optional: Record<string, Check> = {}, ...rules: Rule[]): Check {
  return (value, at, report) => {
    if (!isFields(value)) return report('expected an object', at);
    for (const name of Object.keys(required)) {
      if (value[name] === undefined || value[name] === null) report(`missing required field: ${name}`, at);
    }
    for (const [name, field] of Object.entries(value)) {
      const check = required[name] ?? optional[name];
      if (check && field !== undefined && field !== null) check(field, `${at}/${name}`, report);
      else if (!check && name !== 'type') report(`invalid additional property: ${name}`, at);
    }
    for (const rule of rules) rule(value, at, report);
  };
}

/** An object whose `type` says which check it must pass. */
export function typed(kinds: Record<string, Check>): Check {
  return (value, at, report) => {
    if (!isFields(value)) return report('expected an object', at);
    const kind = value.type;
    if (typeof kind !== 'string') return report('missing required field: type', at);
    const check = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
    if (check) check(value, at, report);
    else report(`unsupported type: ${kind}`, `${at}/type`);
  };
}

/** Exactly one of these fields is given. */
export function exactlyOne(...names: string[]): Rule {
  return (value, at, report) => {
    const given = names.filter(name => value[name] !== undefined);
    if (given.length !== 1) report(`must define exactly one of ${names.map(name => `\`${name}\``).join(', ')}`, at);
  };
}

/** At least one of these fields is given. */
export function atLeastOne(...names: string[]): Rule {
  return (value, at, report) => {
    if (names.every(name => value[name] === undefined)) {
      report(`must define either ${names.map(name => `\`${name}\``).join(' or ')}`, at);
    }
  };
}
