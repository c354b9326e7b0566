/** Parts as the Metadata API takes them: a zip of files in metadata format, and package.xml that names them. */
import { strToU8, zipSync } from 'fflate';
import { type Part, type PartType, TYPES } from './folder.ts';
import { type Content, writeXml } from './xml.ts';

export function zipOf(parts: readonly Part[], version: string): Buffer {
  const files = new Map<string, { root: string; content: Content }>();
  for (const part of parts) addTo(files, part);
  const entries = [...files].map(([path, { root, content }]): [string, Uint8Array] => [
    path,
    strToU8(writeXml(root, content)),
  ]);
  return Buffer.from(
    zipSync(Object.fromEntries([['package.xml', strToU8(manifest(parts, version))], ...entries]), { level: 6 }),
  );
}

function manifest(parts: readonly Part[], version: string): string {
  const types = TYPES.flatMap(type => {
    const members = parts.filter(part => part.type === type).map(part => part.fullName);
    return members.length > 0 ? [{ members, name: type }] : [];
  });
  return writeXml('Package', { types, version });
}

/** Fields and list views are parts of their object's file, messages of their workflow's; the rest have their own. */
function addTo(files: Map<string, { root: string; content: Content }>, { type, fullName, content }: Part): void {
  const [object = '', name = ''] = fullName.split('.');
  const shared = SHARED[type];
  if (!shared) {
    const { folder, ending } = OWN[type as keyof typeof OWN];
    files.set(`${folder}/${fullName}.${ending}`, { root: type, content });
    return;
  }
  const path = `${shared.folder}/${object}.${shared.ending}`;
  const file = files.get(path) ?? { root: shared.root, content: {} };
  const before = (file.content[shared.list] ?? []) as Content[];
  file.content[shared.list] = [...before, { ...content, fullName: name }];
  files.set(path, file);
}

const OBJECT = { folder: 'objects', ending: 'object', root: 'CustomObject' };
const SHARED: Partial<Record<PartType, { folder: string; ending: string; root: string; list: string }>> = {
  CustomField: { ...OBJECT, list: 'fields' },
  ListView: { ...OBJECT, list: 'listViews' },
  WorkflowOutboundMessage: { folder: 'workflows', ending: 'workflow', root: 'Workflow', list: 'outboundMessages' },
};
const OWN = {
  Flow: { folder: 'flows', ending: 'flow' },
  PermissionSet: { folder: 'permissionsets', ending: 'permissionset' },
  ReportType: { folder: 'reportTypes', ending: 'reportType' },
};
