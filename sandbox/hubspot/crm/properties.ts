/** What an account's records are made of: properties, their groups, pipelines. */
import { z } from 'zod';
import { invalid, notFound, Refusal } from '../errors.ts';
import { type AccountHandler, input, typeOf } from '../http.ts';
import { type Property, typeNamed } from '../schema.ts';

const option = z.looseObject({ label: z.string().min(1), value: z.string().min(1) });
const propertyInput = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]{0,99}$/),
  label: z.string().min(1),
  type: z.enum(['string', 'number', 'datetime', 'date', 'enumeration', 'bool']),
  fieldType: z.enum(['text', 'textarea', 'number', 'date', 'select', 'radio', 'checkbox', 'booleancheckbox', 'html']),
  groupName: z.string().min(1),
  description: z.string().optional(),
  hasUniqueValue: z.boolean().default(false),
  formField: z.boolean().optional(),
  options: z.array(option).default([]),
});
const propertyChange = z.strictObject({ label: z.string().optional(), options: z.array(option).optional() });
const groupInput = z.strictObject({ name: z.string().regex(/^[a-z]\w*$/), label: z.string().min(1) });
const MOST_UNIQUE = 10;

const optionsFrom = (given: readonly z.output<typeof option>[]) => ({
  options: given.map(({ value }) => value),
  optionLabels: Object.fromEntries(given.map(({ value, label }) => [value, label])),
});

function shown({ readOnly, options, optionLabels = {}, unique = false, ...one }: Property): object {
  return {
    fieldType: 'text',
    groupName: 'contactinformation',
    ...one,
    hasUniqueValue: unique,
    options: (options ?? []).map((value, displayOrder) => ({
      label: optionLabels[value] ?? value,
      value,
      displayOrder,
      hidden: false,
    })),
    modificationMetadata: { readOnlyValue: readOnly },
  };
}

export const propertyHandlers: Record<string, AccountHandler> = {
  'GET /crm/properties/:version/:type/groups': ({ portal }, req, res) => {
    res.json({ results: [...portal.groups(typeOf(req))].map(name => ({ name, label: name, displayOrder: -1 })) });
  },
  'POST /crm/properties/:version/:type/groups': ({ portal }, req, res) => {
    const groups = portal.groups(typeOf(req));
    const { name, label } = input(groupInput, req);
    if (groups.has(name)) throw new Refusal(409, 'CONFLICT', `A property group named '${name}' already exists.`);
    groups.add(name);
    res.status(201).json({ name, label, displayOrder: -1 });
  },
  'GET /crm/properties/:version/:type': (account, req, res) => {
    const type = typeOf(req);
    res.json({ results: [...account.portal.schema(type).values()].map(shown) });
  },
  'GET /crm/properties/:version/:type/:name': (account, req, res) => {
    const found = account.portal.schema(typeOf(req)).get(String(req.params.name));
    if (!found) throw notFound(`Property ${req.params.name} does not exist`);
    res.json(shown(found));
  },
  'POST /crm/properties/:version/:type': (account, req, res) => {
    const type = typeOf(req);
    const { name, options, hasUniqueValue, groupName, ...more } = input(propertyInput, req);
    const schema = account.portal.schema(type);
    if (schema.has(name)) throw new Refusal(409, 'CONFLICT', `A property named '${name}' already exists.`);
    if (!account.portal.groups(type).has(groupName)) throw invalid(`Property group ${groupName} does not exist`);
    if (more.type === 'enumeration' && options.length === 0) throw invalid(`${name} needs options`);
    if (hasUniqueValue && [...schema.values()].filter(one => one.unique).length >= MOST_UNIQUE) {
      throw invalid(`At most ${MOST_UNIQUE} properties of ${type} may have unique values`);
    }
    const { description: _, formField: __, ...kept } = more;
    const made: Property = {
      name,
      ...kept,
      groupName,
      readOnly: false,
      ...(hasUniqueValue && { unique: true }),
      ...(options.length > 0 && optionsFrom(options)),
    };
    schema.set(name, made);
    res.status(201).json(shown(made));
  },
  'PATCH /crm/properties/:version/:type/:name': (account, req, res) => {
    const schema = account.portal.schema(typeOf(req));
    const found = schema.get(String(req.params.name));
    if (!found) throw notFound(`Property ${req.params.name} does not exist`);
    const { options, ...change } = input(propertyChange, req);
    const changed = { ...found, ...change, ...(options && optionsFrom(options)) } as Property;
    schema.set(found.name, changed);
    res.json(shown(changed));
  },

  'GET /crm/pipelines/:version/:type': (account, req, res) => {
    const type = typeNamed(String(req.params.type));
    if (type !== 'deals' && type !== 'leads') throw invalid(`${String(req.params.type)} have no pipelines`);
    res.json({ results: account.portal.pipelines[type] });
  },
};
