/** Records as people open them in a browser. */
import type { Handler, Handlers } from '../../service.ts';
import type { Account } from '../account.ts';
import { typeNamed } from '../schema.ts';
import type { StoredRecord } from './stored.ts';

export function pageHandlers(accounts: ReadonlyMap<number, Account>): Handlers {
  const page: Handler = (req, res) => {
    const portal = accounts.get(Number(req.params.portal))?.portal;
    const type = typeNamed(String(req.params.type));
    const found = portal && type && portal.find(type, String(req.params.id));
    res
      .status(found ? 200 : 404)
      .type('text')
      .send(found ? titleOf(found) : 'not found');
  };
  return { 'GET /contacts/:portal/record/:type/:id': page };
}

function titleOf({ properties: p }: StoredRecord): string {
  const person = [p.firstname, p.lastname].filter(Boolean).join(' ');
  return p.hs_lead_name ?? p.dealname ?? p.name ?? (person || (p.email ?? 'A record'));
}
