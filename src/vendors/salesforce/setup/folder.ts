/** The folder `salesforce/`: what Baton needs in an org, in Salesforce's source format. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { all, type Content, readXml, textIn, type Xml } from './xml.ts';

/** Types of metadata that Baton has; the order is that in which one may need the other. */
export const TYPES = [
  'CustomField',
  'WorkflowOutboundMessage',
  'PermissionSet',
  'ListView',
  'ReportType',
  'Flow',
] as const;
export type PartType = (typeof TYPES)[number];

/** One component of an org's metadata. */
export interface Part {
  type: PartType;
  /** As the Metadata API names it: `Lead.Lead_Score__c`, `Task.Baton_Task`, `Baton`. */
  fullName: string;
  content: Content;
}

/** Placeholders in the folder, replaced for each org. */
export const PLACEHOLDERS = {
  messagesTo: '__BATON_MESSAGES_URL__',
  scoresTo: '__BATON_SCORES_URL__',
  user: '__BATON_INTEGRATION_USER__',
};

const rootOf = (folder: string) =>
  fileURLToPath(new URL(`../../../../salesforce/${folder}/main/default/`, import.meta.url));
const ROOT = rootOf('force-app');
/** What tells of scores that a package syncs: apart, as an org without the package takes none of it. */
export const SYNCED_SCORE_ROOT = rootOf('synced-score');

/** Everything in the folder, in an order that does not change. */
export async function readFolder(root: string = ROOT): Promise<Part[]> {
  const paths = (await readdir(root, { recursive: true })).filter(path => path.endsWith('-meta.xml')).sort();
  const parts = await Promise.all(
    paths.map(async path => partsOf(path.split(sep), readXml(await readFile(`${root}${path}`, 'utf8')))),
  );
  return parts.flat().sort((one, other) => TYPES.indexOf(one.type) - TYPES.indexOf(other.type));
}

function partsOf(path: readonly string[], content: Content): Part[] {
  const [, name = '', kind] = /^(.+)\.(\w+)-meta\.xml$/.exec(basename(path.join('/'))) ?? [];
  const object = path[1] ?? '';
  switch (kind) {
    case 'field':
      return [{ type: 'CustomField', fullName: `${object}.${name}`, content }];
    case 'listView':
      return [{ type: 'ListView', fullName: `${object}.${name}`, content }];
    case 'workflow':
      return all(content.outboundMessages).map(one => messageOf(name, one));
    case 'flow':
      return [{ type: 'Flow', fullName: name, content }];
    case 'permissionset':
      return [{ type: 'PermissionSet', fullName: name, content }];
    case 'reportType':
      return [{ type: 'ReportType', fullName: name, content }];
    default:
      throw new Error(`salesforce/ has a file of a kind that the set-up does not know: ${path.join('/')}`);
  }
}

function messageOf(object: string, message: Xml): Part {
  const fullName = `${object}.${textIn(message, 'fullName')}`;
  return { type: 'WorkflowOutboundMessage', fullName, content: message as Content };
}

export const keyOf = ({ type, fullName }: Pick<Part, 'type' | 'fullName'>): string => `${type}:${fullName}`;

const WORDS: Record<PartType, string> = {
  CustomField: 'field',
  WorkflowOutboundMessage: 'outbound message',
  PermissionSet: 'permission set',
  ListView: 'list view',
  ReportType: 'report type',
  Flow: 'flow',
};

/** "field Lead.Lead_Score__c". */
export const nameOf = ({ type, fullName }: Pick<Part, 'type' | 'fullName'>): string => `${WORDS[type]} ${fullName}`;
