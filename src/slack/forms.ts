/** Modals: what they carry along, what people filled in, and how they are opened. */

import type { ViewStateValue } from '@slack/bolt';
import type { Block, ModalView } from '@slack/types';
import type { WebClient } from '@slack/web-api';

/** What a modal remembers of where it was opened: ids only, never facts. */
export interface Origin {
  handoffId?: string;
  /** The message that was pressed. */
  channel?: string;
  ts?: string;
  /** More ids that one modal needs. */
  [more: string]: string | undefined;
}

/** For `private_metadata` (Slack takes 3,000 characters). */
export function packOrigin(origin: Origin): string {
  return JSON.stringify(origin);
}

/** What `packOrigin` wrote; an empty origin for anything else. */
export function originOf({ private_metadata }: { private_metadata: string }): Origin {
  try {
    const value: unknown = JSON.parse(private_metadata || '{}');
    return typeof value === 'object' && value !== null ? (value as Origin) : {};
  } catch {
    // Not written by this version of Baton: the modal is as good as one without origin.
    return {};
  }
}

/** No handoff has this id. */
const NOBODYS = '00000000-0000-0000-0000-000000000000';

/** An id as the database takes it: what was none, on a message or modal of another version, is no handoff's. */
export function idIn(given: string | undefined): string {
  return given !== undefined && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(given) ? given : NOBODYS;
}

/** The handoff a modal is about. */
export function handoffIn(view: { private_metadata: string }): string {
  return idIn(originOf(view).handoffId);
}

/** Opens a modal; must be called within three seconds of the press. */
export async function openModal(client: WebClient, triggerId: string, view: ModalView): Promise<void> {
  await client.views.open({ trigger_id: triggerId, view });
}

/** Answers about one submitted form. */
export type Filled = ReturnType<typeof filledIn>;

type Values = Record<string, Record<string, ViewStateValue>>;

/** PostgreSQL keeps neither zero characters nor halves of a pair, and nobody sees them. */
const storable = (text: string) => text.toWellFormed().replaceAll('\0', '');

/** What a person wrote in their own words, to give back to them when it cannot be taken. */
export function writtenIn({ state, blocks }: { state: { values: Values }; blocks: readonly Block[] }): string[] {
  return blocks
    .filter(block => block.type === 'input')
    .flatMap(({ block_id: name }) => (name === undefined ? [] : Object.values(state.values[name] ?? {})))
    .flatMap(({ type, value }) => (type === 'plain_text_input' && value?.trim() ? [storable(value).trim()] : []));
}

/**
 * What a person filled in. Every input has its own block whose `block_id` is the input's name; the element's action_id
 * does not matter. Each reader answers undefined for what was left empty.
 */
export function filledIn({ state }: { state: { values: Values } }) {
  const value = (name: string): ViewStateValue | undefined => Object.values(state.values[name] ?? {})[0];
  return {
    /** Of a number too. */
    text: (name: string) => storable(value(name)?.value ?? '').trim() || undefined,
    choice: (name: string) => value(name)?.selected_option?.value ?? undefined,
    choices: (name: string) => (value(name)?.selected_options ?? []).map(option => option.value),
    /** YYYY-MM-DD. */
    date: (name: string) => value(name)?.selected_date ?? undefined,
    /** HH:MM. */
    time: (name: string) => value(name)?.selected_time ?? undefined,
    moment: (name: string) => {
      const seconds = value(name)?.selected_date_time;
      return typeof seconds === 'number' ? new Date(seconds * 1_000) : undefined;
    },
    /** Ids of files that were picked. */
    files: (name: string) => (value(name)?.files ?? []).flatMap(({ id }) => (id ? [id] : [])),
    /** A channel. */
    conversation: (name: string) => value(name)?.selected_conversation ?? undefined,
    /** Slack users. */
    users: (name: string) => {
      const given = value(name);
      return given?.selected_users ?? (given?.selected_user ? [given.selected_user] : []);
    },
  };
}
