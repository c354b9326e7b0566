/**
 * Deliveries of the app that every portal installs: all come to its one target URL, each event says its portal (HubSpot's
 * page "Webhooks API", `portalId`). A delivery may mix portals; nobody says that it does not.
 */
import type { AppHook, AppHookPart } from '../../../contracts/app-hook.ts';
import { BadInput } from '../../../lib/errors.ts';
import { isObject, textFrom } from '../../../lib/json-values.ts';
import { verifySignature } from './signature.ts';

export function hubspotAppHook(clientSecret: string): AppHook {
  return {
    verify: (request, now) => verifySignature(request, clientSecret, now),
    split: ({ body }) => parts(body),
    action: { part: ({ body }) => actionPart(body), accepted: { outputFields: {} } },
  };
}

/** A custom workflow action tells its portal in `origin.portalId`, its contact in `object` and a key of the step in `callbackId`. */
function actionPart(body: Buffer): AppHookPart {
  const given = parsed(body);
  const origin = isObject(given) && isObject(given.origin) ? given.origin : {};
  const tenant = textFrom(origin.portalId);
  if (tenant === undefined) throw new BadInput("The body must be HubSpot's custom action, with origin.portalId.");
  return { tenant, body };
}

function parts(body: Buffer): AppHookPart[] {
  const given = parsed(body);
  if (!Array.isArray(given)) throw new BadInput("The body must be HubSpot's array of webhook events.");
  const byPortal = Map.groupBy(given, event => (isObject(event) ? textFrom(event.portalId) : undefined));
  return [...byPortal].flatMap(([tenant, events]) =>
    // Without a portal it is nobody's.
    tenant === undefined ? [] : [{ tenant, body: Buffer.from(JSON.stringify(events)) }],
  );
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new BadInput(body.length === 0 ? 'The body is empty; HubSpot sends JSON.' : 'The body is not valid JSON.');
  }
}
