/** Page layouts: will people see what Baton writes? Pure. */
import type { LayoutFact, OrgFacts } from './facts.ts';
import { type Finding, fine, given, names, warning } from './findings.ts';
import { type Wanted, wantedFields } from './wanted.ts';

export function layoutFindings({ layouts, objects }: OrgFacts, wanted: Wanted): Finding[] {
  const fields = wantedFields(wanted).filter(
    ({ optional, because, object, name }) =>
      !optional && because.startsWith('crm.fields') && isThere(objects, object, name),
  );
  const wishes = [...new Set(fields.map(one => one.object))];
  return given(layouts, 'Page layouts', all => {
    const found = wishes.flatMap(object =>
      layoutsOf(
        object,
        fields.filter(one => one.object === object).map(one => one.name),
        all.filter(one => one.object === object),
      ),
    );
    return found.length > 0 ? found : [fine('Baton’s fields are on the page layouts')];
  });
}

function layoutsOf(object: string, fields: readonly string[], layouts: readonly LayoutFact[]): Finding[] {
  const shown = new Set(layouts.flatMap(one => one.fields.map(name => name.toLowerCase())));
  const hidden = fields.filter(name => !shown.has(name.toLowerCase()));
  if (layouts.length === 0 || hidden.length === 0) return [];
  return [
    warning(
      `${hidden.length === fields.length ? 'None' : 'Not all'} of Baton’s fields ${hidden.length === fields.length ? 'is' : 'are'} on a page layout of ${object} (${names(layouts.map(one => one.name))}): people do not see ${names(hidden)}`,
      'Add them to the layout, or to the Lightning record page if it uses Dynamic Forms.',
    ),
  ];
}

function isThere(objects: OrgFacts['objects'], object: string, name: string): boolean {
  const told = objects.get(object);
  return told !== undefined && 'value' in told && told.value.columns.has(name.toLowerCase());
}
