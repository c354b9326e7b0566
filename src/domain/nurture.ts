/** Where a platform keeps in touch by itself with people whom sales does not have. Pure. */

/** What it may be there: somebody is put onto a list, into a campaign or automation, or a property starts it. */
export const NURTURE_KINDS = ['list', 'campaign', 'automation', 'property'] as const;
export type NurtureKind = (typeof NURTURE_KINDS)[number];

export interface NurturePlace {
  kind: NurtureKind;
  /** Its name or id there; of a property its name. */
  name: string;
  /** Of a property: what it is set to. */
  value?: string;
}

/** What a place is remembered by: `list:Nurture`, `property:stage=nurture`. */
export const nurtureKey = ({ kind, name, value }: NurturePlace): string =>
  `${kind}:${name}${value === undefined ? '' : `=${value}`}`;

/** The place that was remembered so; undefined: it is none. A property's name has no `=`. */
export function nurturePlaceFrom(key: string): NurturePlace | undefined {
  const [, found, rest = ''] = /^([a-z]+):(.+)$/s.exec(key) ?? [];
  const kind = NURTURE_KINDS.find(one => one === found);
  if (kind === undefined) return undefined;
  if (kind !== 'property') return { kind, name: rest };
  const at = rest.indexOf('=');
  return at < 0 ? undefined : { kind, name: rest.slice(0, at), value: rest.slice(at + 1) };
}

/** For people: “the list Nurture”. Raw. */
export const nurtureWords = ({ kind, name, value }: NurturePlace): string =>
  kind === 'property' ? `${name} “${value ?? ''}”` : `the ${kind} “${name}”`;
