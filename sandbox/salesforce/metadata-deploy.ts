/** A deployment: the zip taken apart, every component judged, and all of it made or none. */
import { strFromU8, unzipSync } from 'fflate';
import { KNOWN_TYPES, problemOf } from './metadata-check.ts';
import { type Component, customFieldOf, type Deployment, specOf } from './metadata-parts.ts';
import { type Content, contentsOf, listOf, parseXml, textOf } from './metadata-xml.ts';
import type { Org } from './org.ts';

/** Fields first, flows last: the platform finds its own order too. */
const ORDER = ['CustomField', 'WorkflowOutboundMessage', 'PermissionSet', 'ListView', 'ReportType', 'Flow'];

interface Filed extends Component {
  fileName: string;
}

/** Each question brings it nearer its end; the last one finds it over. */
export function advance(org: Org, deployment: Deployment): void {
  if (deployment.status === 'Succeeded' || deployment.status === 'Failed') return;
  if (deployment.left > 0) {
    deployment.left -= 1;
    deployment.status = 'InProgress';
    return;
  }
  run(org, deployment);
}

function run(org: Org, deployment: Deployment): void {
  const read = readPackage(deployment.zip);
  deployment.failures.push(...read.failures);
  const hidden = [...org.parts.hidden];
  const before = new Map(org.deployed.parts);
  for (const one of read.components.sort((a, b) => ORDER.indexOf(a.type) - ORDER.indexOf(b.type))) {
    const problem = problemOf(org, one);
    if (problem) {
      deployment.failures.push({ ...one, problem });
      continue;
    }
    deployment.successes.push({ ...one, ...make(org, one) });
  }
  if (deployment.failures.length === 0) {
    for (const one of deployment.successes) settle(org, one);
    org.deployed.reveal(org);
    deployment.status = 'Succeeded';
    return;
  }
  deployment.status = 'Failed';
  // rollbackOnError: nothing of it stays.
  for (const { type, fullName, created } of deployment.successes) {
    if (type === 'CustomField' && created) forget(org, fullName);
  }
  org.parts.hidden = hidden;
  org.deployed.parts.clear();
  for (const [key, part] of before) org.deployed.parts.set(key, part);
}

function make(org: Org, { type, fullName, content }: Component): { created: boolean; changed: boolean } {
  const before = type === 'CustomField' ? customFieldOf(org, fullName) : org.deployed.get(type, fullName)?.content;
  const changed = JSON.stringify(before) !== JSON.stringify(content);
  const isDrowsy = type === 'Flow' && !org.deployed.flowsDeployActive;
  org.deployed.put({ type, fullName, content: isDrowsy ? { ...content, status: 'Draft' } : content });
  if (type === 'CustomField' && !before) {
    const [object = '', name = ''] = fullName.split('.');
    org.deployed.addColumn(org, object, name, specOf(content));
  }
  return { created: !before, changed };
}

function forget(org: Org, fullName: string): void {
  const [object = '', name = ''] = fullName.split('.');
  for (const one of object === 'Activity' ? ['Task', 'Event'] : [object]) org.deployed.forgetColumn(one, name);
}

/** What else of the org shows that it is there. */
function settle(org: Org, { type, fullName, content }: Component): void {
  const [object = '', name = ''] = fullName.split('.');
  if (type === 'PermissionSet') grant(org, fullName, content);
  if (type === 'WorkflowOutboundMessage') {
    const message = { name, object, url: textOf(content, 'endpointUrl') };
    org.parts.messages = [...org.parts.messages.filter(one => one.name !== name || one.object !== object), message];
  }
  if (type === 'Flow') {
    const active = textOf(org.deployed.get('Flow', fullName)?.content, 'status') === 'Active';
    const flow = {
      name: fullName,
      label: textOf(content, 'label'),
      object: textOf(contentsOf(content.start)[0], 'object'),
      active,
      changesOwner: false,
    };
    org.parts.flows = [...org.parts.flows.filter(one => one.name !== fullName), flow];
  }
}

/** The permission set as records: a deployment replaces the whole of it. */
function grant(org: Org, name: string, content: Content): void {
  const actor = { userId: org.integrationUserId, by: 'person' as const };
  const values = { Name: name, Label: textOf(content, 'label'), Description: textOf(content, 'description') };
  const [known] = org.store.lookup('PermissionSet', 'Name', [name]) ?? [];
  const set = known ?? org.store.insert('PermissionSet', { ...values, IsCustom: true }, actor);
  for (const row of org.store.lookup('FieldPermissions', 'ParentId', [set.Id ?? null]) ?? []) {
    org.store.delete('FieldPermissions', String(row.Id));
  }
  for (const one of contentsOf(content.fieldPermissions)) {
    const field = textOf(one, 'field');
    const row = { ParentId: set.Id ?? null, SobjectType: field.split('.')[0] ?? '', Field: field };
    const may = {
      PermissionsRead: textOf(one, 'readable') === 'true',
      PermissionsEdit: textOf(one, 'editable') === 'true',
    };
    org.store.insert('FieldPermissions', { ...row, ...may }, actor);
  }
}

interface Package {
  components: Filed[];
  failures: Deployment['failures'];
}

/** The components that package.xml names and the files hold; whatever does not go together is a failure. */
function readPackage(zip: Buffer): Package {
  const files = unzipped(zip);
  const failures: Deployment['failures'] = [];
  const fail = (fileName: string, problem: string, type = '', fullName = fileName) =>
    failures.push({ type, fullName, fileName, problem });
  const manifest = files && parseXml(files.get('package.xml') ?? '');
  if (!files || manifest === undefined || typeof manifest === 'string' || manifest.root !== 'Package') {
    fail('package.xml', files?.has('package.xml') ? `Error parsing file: ${String(manifest)}` : 'No package.xml found');
    return { components: [], failures };
  }
  if (!/^\d\d\.0$/.test(textOf(manifest.content, 'version'))) fail('package.xml', 'Missing or invalid version');
  const named = new Set<string>();
  for (const group of contentsOf(manifest.content.types)) {
    const type = textOf(group, 'name');
    if (!KNOWN_TYPES.has(type)) fail('package.xml', `Unknown type name '${type}' specified in package.xml`);
    for (const member of listOf(group.members)) named.add(`${type}:${String(member)}`);
  }
  const filed: Filed[] = [];
  for (const [fileName, text] of files) {
    if (fileName !== 'package.xml') filed.push(...readFile(fileName, text, fail));
  }
  const seen = new Set<string>();
  const components = filed.filter(one => {
    const key = `${one.type}:${one.fullName}`;
    if (seen.has(key)) fail(one.fileName, `Duplicate developer name: ${one.fullName}`, one.type, one.fullName);
    else if (!named.has(key)) fail(one.fileName, `${one.fullName} is not named in package.xml`, one.type, one.fullName);
    const isFirst = !seen.has(key);
    seen.add(key);
    return isFirst && named.has(key);
  });
  for (const key of named) {
    const [type = '', fullName = ''] = key.split(':');
    if (seen.has(key) || !KNOWN_TYPES.has(type)) continue;
    const what = `An object '${fullName}' of type ${type} was named in package.xml, but was not found in zipped directory`;
    fail('package.xml', what, type, fullName);
  }
  return { components, failures };
}

function unzipped(zip: Buffer): Map<string, string> | undefined {
  try {
    return new Map(Object.entries(unzipSync(zip)).map(([name, bytes]) => [name, strFromU8(bytes)]));
  } catch {
    return undefined;
  }
}

/** Kinds of files: the root they must have, and what of the package stands in them. */
const WHOLE: Record<string, string> = {
  flow: 'Flow',
  permissionset: 'PermissionSet',
  reportType: 'ReportType',
};
const FOLDERS: Record<string, string> = {
  flow: 'flows',
  permissionset: 'permissionsets',
  reportType: 'reportTypes',
  object: 'objects',
  workflow: 'workflows',
};
const CHILDREN: Record<string, { root: string; types: Record<string, string> }> = {
  object: { root: 'CustomObject', types: { fields: 'CustomField', listViews: 'ListView' } },
  workflow: { root: 'Workflow', types: { outboundMessages: 'WorkflowOutboundMessage' } },
};

function readFile(fileName: string, text: string, fail: (fileName: string, problem: string) => void): Filed[] {
  const [, folder = '', name = '', kind = ''] = /^(\w+)\/(.+)\.(\w+)$/.exec(fileName) ?? [];
  const parsed = parseXml(text);
  if (typeof parsed === 'string') {
    fail(fileName, `Error parsing file: ${parsed}`);
    return [];
  }
  const type = WHOLE[kind];
  const children = CHILDREN[kind];
  if (FOLDERS[kind] !== folder || (type ?? children?.root) !== parsed.root) {
    fail(fileName, `Unknown file, or a root element ${parsed.root} that does not belong to it`);
    return [];
  }
  if (type) return [{ type, fullName: name, content: parsed.content, fileName }];
  return Object.entries(parsed.content).flatMap(([element, value]) => {
    const child = children?.types[element];
    if (child) {
      return contentsOf(value).map(one => ({
        type: child,
        fullName: `${name}.${textOf(one, 'fullName')}`,
        content: one,
        fileName,
      }));
    }
    fail(fileName, `Element {http://soap.sforce.com/2006/04/metadata}${element} invalid at this location`);
    return [];
  });
}
