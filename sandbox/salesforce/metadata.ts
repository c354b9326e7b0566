/** The Metadata API of the org: SOAP 1.1 at /services/Soap/m/{version}, as far as a set-up asks it. */
import type { Response } from 'express';
import { z } from 'zod';
import { checkCoverage } from '../coverage.ts';
import { type Handlers, hostOf } from '../service.ts';
import { METADATA } from './coverage.ts';
import { makeId } from './ids.ts';
import type { Logins } from './logins.ts';
import { KNOWN_TYPES } from './metadata-check.ts';
import { advance } from './metadata-deploy.ts';
import { type Component, customFieldNames, customFieldOf, type Deployment, messagesOf } from './metadata-parts.ts';
import { type Content, contentsOf, elements, escaped, listOf, parseXml, textOf } from './metadata-xml.ts';
import type { Org } from './org.ts';
import type { Site, Sites } from './site.ts';

/** What `metadata` of `POST /_sandbox/salesforce/_org` takes. */
export const metadataInput = z.strictObject({
  /** Off: flows arrive inactive. */
  flowsDeployActive: z.boolean().optional(),
  /** So many questions find a deployment under way. */
  deployQuestions: z.int().min(0).optional(),
  /** May Baton's user change metadata? */
  mayDeploy: z.boolean().optional(),
  refuses: z.strictObject({ fullName: z.string(), problem: z.string() }).nullable().optional(),
});

export function changeMetadata(org: Org, { refuses, ...settings }: z.infer<typeof metadataInput>): void {
  Object.assign(org.deployed, settings);
  for (const deployment of org.deployed.deployments.values()) {
    if (settings.deployQuestions !== undefined) deployment.left = Math.min(deployment.left, settings.deployQuestions);
  }
  if (refuses !== undefined) org.deployed.refuses = refuses ?? undefined;
}

/** An org that nothing of Baton's was ever deployed to: no column, no permission set, no flow. */
export function strip(org: Org): void {
  for (const object of org.schema.values()) {
    for (const name of [...object.fields.keys()]) if (name.endsWith('__c')) org.removeField(object.name, name);
  }
  org.deployed.clear(org);
}

/** What an endpoint refuses with. */
class Fault extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

type Operation = (org: Org, given: Content, userId: string) => string;

const MOST_QUERIES = 3;
const MOST_READ = 10;

const OPERATIONS: Record<string, Operation> = {
  describeMetadata: () => {
    const objects = [...KNOWN_TYPES].map(
      name =>
        `<metadataObjects><xmlName>${name}</xmlName><inFolder>false</inFolder><metaFile>false</metaFile></metadataObjects>`,
    );
    return `<result>${objects.join('')}<organizationNamespace></organizationNamespace><partialSaveAllowed>true</partialSaveAllowed><testRequired>false</testRequired></result>`;
  },
  listMetadata: (org, given) => {
    const queries = contentsOf(given.queries);
    if (queries.length > MOST_QUERIES) throw new Fault('LIMIT_EXCEEDED', 'Only 3 listMetadata queries are allowed');
    return queries.flatMap(query => namesOf(org, textOf(query, 'type'))).join('');
  },
  readMetadata: (org, given) => {
    const asked = textOf(given, 'type');
    const type = asked === RULE ? asked : typeOf(asked);
    const names = listOf(given.fullNames).map(String);
    if (names.length > MOST_READ)
      throw new Fault('EXCEEDED_ID_LIMIT', 'record limit reached. cannot submit more than 10 records');
    const records = names.map(fullName => {
      const content = contentOf(org, type, fullName);
      if (!content) return '<records xsi:nil="true"/>';
      const { fullName: _own, ...rest } = content;
      return `<records xsi:type="${type}"><fullName>${escaped(fullName)}</fullName>${elements(rest)}</records>`;
    });
    return `<result>${records.join('')}</result>`;
  },
  deploy: (org, given, userId) => {
    if (!org.deployed.mayDeploy) {
      throw new Fault(
        'INSUFFICIENT_ACCESS',
        'You do not have access to perform metadata API operations (ModifyMetadata)',
      );
    }
    const [options = {}] = contentsOf(given.DeployOptions);
    if (textOf(options, 'rollbackOnError') !== 'true') {
      throw new Fault('INVALID_OPERATION', 'rollbackOnError must be true for a production organization');
    }
    const id = makeId('0Af', org.deployed.deployments.size + 1);
    org.deployed.deployments.set(id, {
      id,
      userId,
      status: 'Pending',
      zip: Buffer.from(textOf(given, 'ZipFile'), 'base64'),
      options,
      left: org.deployed.deployQuestions,
      successes: [],
      failures: [],
      at: org.clock.now().toISOString(),
    });
    return `<result><done>false</done><id>${id}</id><state>Queued</state></result>`;
  },
  checkDeployStatus: (org, given) => {
    const deployment = org.deployed.deployments.get(textOf(given, 'asyncProcessId'));
    if (!deployment) throw new Fault('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id');
    advance(org, deployment);
    return statusOf(deployment, textOf(given, 'includeDetails') === 'true');
  },
};

function typeOf(type: string): string {
  if (!KNOWN_TYPES.has(type)) throw new Fault('INVALID_TYPE', `Unknown type:${type}`);
  return type;
}

function namesOf(org: Org, type: string): string[] {
  typeOf(type);
  const names =
    type === 'CustomField'
      ? customFieldNames(org)
      : [...org.deployed.parts.values()].filter((one: Component) => one.type === type).map(one => one.fullName);
  return names.map(
    name =>
      `<result><fileName>${escaped(name)}</fileName><fullName>${escaped(name)}</fullName><id></id><manageableState>unmanaged</manageableState><type>${type}</type></result>`,
  );
}

/** Read only: Baton deploys none. */
const RULE = 'DuplicateRule';

/** `Lead.Standard_Lead_Duplicate_Rule`, as the org's setting has it. */
function duplicateRule({ settings }: Org, fullName: string): Content | undefined {
  const object = settings.duplicateRuleFor.find(one => fullName === `${one}.Standard_${one}_Duplicate_Rule`);
  if (!object) return undefined;
  const blocks = settings.duplicateRule === 'block';
  return {
    fullName,
    actionOnInsert: blocks ? 'Block' : 'Allow',
    actionOnUpdate: 'Allow',
    isActive: String(settings.duplicateRule !== 'off'),
    masterLabel: `Standard ${object} Duplicate Rule`,
  };
}

function contentOf(org: Org, type: string, fullName: string): Content | undefined {
  if (type === RULE) return duplicateRule(org, fullName);
  return type === 'CustomField' ? customFieldOf(org, fullName) : org.deployed.get(type, fullName)?.content;
}

function statusOf({ id, status, successes, failures, userId, at }: Deployment, detailed: boolean): string {
  const done = status === 'Succeeded' || status === 'Failed';
  const messages = [
    ...successes.map(one => ({ ...one, tag: 'componentSuccesses', problem: undefined })),
    ...failures.map(one => ({ ...one, tag: 'componentFailures', created: false, changed: false })),
  ].map(
    one =>
      `<${one.tag}><changed>${one.changed}</changed><componentType>${one.type}</componentType><created>${one.created}</created><createdDate>${at}</createdDate><deleted>false</deleted><fileName>${escaped(one.fileName)}</fileName><fullName>${escaped(one.fullName)}</fullName>${one.problem ? `<problem>${escaped(one.problem)}</problem><problemType>Error</problemType>` : ''}<success>${one.problem === undefined}</success></${one.tag}>`,
  );
  const details = detailed && done ? `<details>${messages.join('')}</details>` : '<details></details>';
  return `<result><checkOnly>false</checkOnly><createdBy>${userId}</createdBy><createdDate>${at}</createdDate>${details}<done>${done}</done><id>${id}</id><ignoreWarnings>false</ignoreWarnings><numberComponentErrors>${failures.length}</numberComponentErrors><numberComponentsDeployed>${done ? successes.length : 0}</numberComponentsDeployed><numberComponentsTotal>${successes.length + failures.length}</numberComponentsTotal><numberTestErrors>0</numberTestErrors><numberTestsCompleted>0</numberTestsCompleted><numberTestsTotal>0</numberTestsTotal><rollbackOnError>true</rollbackOnError><runTestsEnabled>false</runTestsEnabled><status>${status}</status><success>${status === 'Succeeded'}</success></result>`;
}

/** @param unknown hears of operations that are not in the coverage table */
export function metadataHandlers(sites: Sites, logins: Logins, unknown: (what: string) => void): Handlers {
  checkCoverage(
    'the Metadata API',
    METADATA,
    Object.fromEntries(Object.keys(OPERATIONS).map(name => [`POST /${name}`, name])),
  );
  return {
    'POST /services/Soap/m/:version': (req, res) => {
      const soap = typeof req.body === 'string' ? parseXml(req.body) : 'no text/xml';
      try {
        const site = siteOf(sites, logins, soap, hostOf(req));
        const { name, body } = answer(site, unknown);
        site.outbound.flows(messagesOf(site.org));
        reply(res, 200, `<${name}Response xmlns="http://soap.sforce.com/2006/04/metadata">${body}</${name}Response>`);
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        const text = `${error.code}: ${error.message}`;
        reply(
          res,
          500,
          `<soapenv:Fault><faultcode>sf:${error.code}</faultcode><faultstring>${escaped(text)}</faultstring></soapenv:Fault>`,
        );
      }
    },
  };
}

type Soap = Exclude<ReturnType<typeof parseXml>, string>;

/** Who asks, by the session in the message's header. */
function siteOf(
  sites: Sites,
  logins: Logins,
  soap: ReturnType<typeof parseXml>,
  host: string | undefined,
): Site & { userId: string; content: Soap['content'] } {
  if (typeof soap === 'string' || soap.root !== 'Envelope')
    throw new Fault('UNKNOWN_EXCEPTION', `no SOAP: ${String(soap)}`);
  const [header] = contentsOf(soap.content.Header);
  const [session] = contentsOf(header?.SessionHeader);
  const login = logins.of(`Bearer ${textOf(session, 'sessionId')}`, host);
  const site = login && sites.byId(login.org.id);
  if (!site) throw new Fault('INVALID_SESSION_ID', 'Invalid Session ID found in SessionHeader: Illegal Session');
  return { ...site, userId: login.userId, content: soap.content };
}

function answer(
  { org, userId, content }: ReturnType<typeof siteOf>,
  unknown: (what: string) => void,
): { name: string; body: string } {
  if (org.callsToday >= org.settings.dailyLimit)
    throw new Fault('REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.');
  org.callsToday += 1;
  const [body = {}] = contentsOf(content.Body);
  const [name = ''] = Object.keys(body);
  const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
  if (!operation) {
    unknown(`Metadata API ${name}`);
    throw new Fault('UNKNOWN_EXCEPTION', `No operation available for request ${name}`);
  }
  const [given = {}] = contentsOf(body[name]);
  return { name, body: operation(org, given, userId) };
}

function reply(res: Response, status: number, body: string): void {
  res
    .status(status)
    .type('text/xml; charset=utf-8')
    .send(
      `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:sf="http://soap.sforce.com/2006/04/metadata"><soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`,
    );
}
