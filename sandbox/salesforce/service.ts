import type { Request, Response } from 'express';
import { type Handler, type Handlers, hostOf, type ServiceFactory } from '../service.ts';
import { control } from './control.ts';
import { coverage } from './coverage.ts';
import { Logins } from './logins.ts';
import { metadataHandlers } from './metadata.ts';
import { OAuth } from './oauth.ts';
import { recordPage } from './page.ts';
import { restHandlers, unknownEndpoint } from './rest.ts';
import { sampleOf } from './sample.ts';
import { CLIENT_ID, CLIENT_SECRET, Sites } from './site.ts';

/** Salesforce as far as integrations meet it: one org, or as many as are made, and the log-in that they share. */
export const salesforce: ServiceFactory = context => {
  const sites = new Sites(context);
  const logins = new Logins(context);
  const oauth = new OAuth(context, logins, host => sites.loginsAt(host));
  const whileUp =
    (work: Handler): Handler =>
    (req, res) => {
      if (!sites.at(hostOf(req))?.org.trouble.maintenance) return work(req, res);
      res.status(503).type('html').send('<html><body>We are down for maintenance.</body></html>');
    };
  const handlers: Handlers = {
    ...oauth.handlers(),
    ...restHandlers(sites, logins),
    ...metadataHandlers(sites, logins, what => context.unknown(what)),
    'GET /lightning/r/:object/:id/view': (req, res) => showRecord(sites, req, res),
  };
  return {
    name: 'salesforce',
    coverage,
    handlers: Object.fromEntries(Object.entries(handlers).map(([endpoint, work]) => [endpoint, whileUp(work)])),
    otherwise: whileUp(unknownEndpoint(sites, logins)),
    sample: () => sampleOf(sites.home.org, logins),
    control: control({ sites, logins, oauth, baseUrl: host => context.baseUrl(host) }),
    reset() {
      sites.reset();
      logins.clear();
    },
    close: async () => sites.close(),
    env: base => ({
      SALESFORCE_LOGIN_URL: base,
      SALESFORCE_CLIENT_ID: CLIENT_ID,
      SALESFORCE_CLIENT_SECRET: CLIENT_SECRET,
    }),
  };
};

function showRecord(sites: Sites, req: Request, res: Response): void {
  const org = sites.at(hostOf(req))?.org;
  const object = org?.object(String(req.params.object));
  const record = object && org?.store.get(object.name, req.params.id);
  if (!org || !object || !record) return void res.status(404).type('html').send('<h1>Page not found</h1>');
  const owner = org.store.get('User', record.OwnerId) ?? org.store.get('Group', record.OwnerId);
  res.type('html').send(recordPage(object, record, owner && String(owner.Name)));
}
