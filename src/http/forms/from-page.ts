/** A form that a page sends, with a key that everybody can read: checked for robots, and kept as a hint. */
import type { Request, Response } from 'express';
import type { Signal, Source } from '../../contracts/source.ts';
import { fieldsOf, parseBody } from '../../domain/form/body.ts';
import { CONTROL } from '../../domain/form/submission.ts';
import type { Deps } from '../../handoff/core/deps.ts';
import { BadInput } from '../../lib/errors.ts';
import { hookRequest } from '../hook-request.ts';
import type { SignalIntake } from '../signal-intake.ts';
import { refuse, thank, tooMany, wayBack } from './answer.ts';
import type { FormKey } from './form-keys.ts';
import { doubtInTime, isTrapped } from './guard.ts';
import { keepForms, plainBody, SENDER } from './receive.ts';

const NO_PAGE = 'This page may not send forms: an admin adds it to the playbook, under capture.allowed_origins.';
const NO_PERSON =
  'It could not be confirmed that a person sent this form. Please load the page again and send it once more.';

/**
 * One form of a page. Nobody is asked for it but Turnstile, if its secret is set; what is refused or dropped is not kept.
 * @param admits counts the workspace's forms; false: there were too many
 */
export async function fromPage(
  { deps, intake, admits }: { deps: Deps; intake: SignalIntake; admits(): boolean },
  { workspaceId, signingKey }: FormKey,
  request: Request,
  response: Response,
): Promise<void> {
  const { origin, allowed, isAllowed } = await allowOrigin(deps, workspaceId, request, response);
  const now = deps.clock.now();
  const said = (why: string) => deps.log.info({ workspaceId, why }, 'a form of a page was not taken');
  if (!isAllowed) {
    said('origin');
    return refuse(request, response, 403, NO_PAGE);
  }
  try {
    const body = await plainBody(request);
    const fields = fieldsOf(parseBody(body, request.get('content-type')));
    const to = wayBack(fields[CONTROL.redirect], origin, allowed);
    // A robot learns nothing from its answer.
    if (isTrapped(fields)) {
      said('honeypot');
      return thank(request, response, to);
    }
    if (!admits()) return tooMany(request, response);
    const source = await formSource(deps, workspaceId);
    const signals = source.read({ ...hookRequest(request, deps.publicUrl), body }, now);
    const human = await humanDoubt(source, fields[CONTROL.turnstile], signals, request);
    if (human === 'no') {
      said('turnstile');
      return refuse(request, response, 403, NO_PERSON);
    }
    const doubt = doubtInTime(fields[CONTROL.time], signingKey, now) ?? human;
    const hints = signals.map(one => asHint(one, doubt));
    await keepForms(intake, workspaceId, hints, now);
    thank(request, response, to);
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    said(error.message);
    refuse(request, response, 400, error.message);
  }
}

/** Every workspace has it. */
async function formSource(deps: Deps, workspaceId: string): Promise<Source> {
  const source = (await deps.vendors(workspaceId)).sources[SENDER];
  if (!source) throw new Error('no source reads forms');
  return source;
}

/** May this page send forms? Its browser is told. `origin` is undefined where no browser's page sends. */
export async function allowOrigin(
  deps: Deps,
  workspaceId: string,
  request: Request,
  response: Response,
): Promise<{ origin: string | undefined; allowed: readonly string[]; isAllowed: boolean }> {
  const { playbook } = await deps.playbook(workspaceId);
  const { allowed_origins: allowed } = playbook.capture;
  const origin = request.get('origin');
  const isAllowed = origin === undefined || allowed.includes(origin.toLowerCase());
  response.vary('origin').set('cross-origin-resource-policy', 'cross-origin');
  if (origin !== undefined && isAllowed) response.set('access-control-allow-origin', origin);
  return { origin, allowed, isAllowed };
}

/** 'no': refused. Another text: a doubt that goes along. */
async function humanDoubt(
  { checkHuman }: Source,
  token: string | undefined,
  [signal]: readonly Signal[],
  request: Request,
): Promise<string | undefined> {
  if (!checkHuman || !signal) return undefined;
  const said = await checkHuman({ token, id: signal.dedupeKey, address: request.ip ?? '' });
  if (said === 'unknown') return 'Turnstile could not be asked whether a person sent the form';
  return said === 'no' ? 'no' : undefined;
}

/** Anybody can send it with the key of the page. */
function asHint(signal: Signal, doubt: string | undefined): Signal {
  const { submission } = signal;
  return { ...signal, ...(submission && { submission: { ...submission, fromPage: true, ...(doubt && { doubt }) } }) };
}
