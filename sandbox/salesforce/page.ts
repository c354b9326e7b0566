import { escapeHtml } from '../stand-in-page.ts';
import type { ObjectSchema } from './schema.ts';
import type { SfRecord } from './store.ts';

/** What a person sees behind "View in Salesforce": every column that has a value. */
export function recordPage(object: ObjectSchema, record: SfRecord, ownerName: string | undefined): string {
  const title = escapeHtml(record.Name ?? record.Subject ?? record.Id);
  const rows = [...object.fields.values()]
    .filter(field => record[field.name] !== null && record[field.name] !== false)
    .map(field => {
      const value = field.name === 'OwnerId' && ownerName ? ownerName : record[field.name];
      return `<dt>${escapeHtml(field.label)}</dt><dd>${escapeHtml(value)}</dd>`;
    });
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} | ${object.name}</title>
<style>
body{margin:0;font:15px/1.45 system-ui,sans-serif;background:#eef4ff;color:#181818}
header{background:#032d60;color:#fff;padding:14px 24px}header small{opacity:.75;text-transform:uppercase;letter-spacing:.06em}
h1{margin:0;font-size:22px}main{max-width:760px;margin:24px auto;background:#fff;border-radius:8px;box-shadow:0 1px 4px #0003;padding:8px 24px}
dl{display:grid;grid-template-columns:minmax(120px,200px) 1fr;gap:0}dt,dd{margin:0;padding:9px 0;border-bottom:1px solid #e5e5e5}
dt{color:#5c5c5c}dd{white-space:pre-wrap;overflow-wrap:anywhere}
</style></head><body><header><small>${object.name} · Salesforce stand-in</small><h1>${title}</h1></header>
<main><dl>${rows.join('')}</dl></main></body></html>`;
}
