import { type Api, splitVersion } from './api.ts';
import type { ApiAnswer, ApiCall } from './call.ts';
import { type ApiError, badJson, notFound, Refusal } from './errors.ts';

interface Subrequest {
  method: string;
  url: string;
  referenceId: string;
  body?: unknown;
  httpHeaders?: Record<string, string>;
}

interface Subanswer {
  body: unknown;
  httpHeaders: Record<string, string>;
  httpStatusCode: number;
  referenceId: string;
}

const MOST = 25;
const MOST_QUERIES = 5;

/** POST /composite: subrequests in order, `@{ref.field}` filled in from earlier answers. */
export function composite(api: Api, call: ApiCall): ApiAnswer {
  const { subrequests, allOrNone } = readComposite(call.body);
  const answers: Subanswer[] = [];
  const run = () => {
    for (const one of subrequests) {
      answers.push(answerOne(api, call, one, answers));
      if (allOrNone && answers.some(answer => answer.httpStatusCode >= 300)) break;
    }
    return answers.every(one => one.httpStatusCode < 300);
  };
  if (!allOrNone) run();
  else if (!api.org.store.allOrNone(run))
    return { status: 200, body: { compositeResponse: halted(subrequests, answers) } };
  return { status: 200, body: { compositeResponse: answers } };
}

function readComposite(body: unknown): { subrequests: Subrequest[]; allOrNone: boolean } {
  const given = body as { compositeRequest?: Subrequest[]; allOrNone?: boolean } | undefined;
  const subrequests = given?.compositeRequest;
  if (!Array.isArray(subrequests) || subrequests.length === 0)
    throw badJson('compositeRequest must be a non-empty array');
  if (subrequests.length > MOST) {
    throw new Refusal(400, 'LIMIT_EXCEEDED', `The limit of ${MOST} subrequests in one composite request was exceeded.`);
  }
  if (subrequests.filter(one => /\/query(All)?(\/|\?)|\/composite\/sobjects/.test(one.url)).length > MOST_QUERIES) {
    throw new Refusal(
      400,
      'LIMIT_EXCEEDED',
      `Up to ${MOST_QUERIES} subrequests can be queries or sObject collections.`,
    );
  }
  const seen = new Set<string>();
  for (const { referenceId } of subrequests) {
    if (!/^[A-Za-z0-9][A-Za-z0-9_]*$/.test(referenceId ?? '') || seen.has(referenceId)) {
      throw new Refusal(400, 'INVALID_INPUT', `Provided referenceId ('${referenceId}') is not valid or not unique.`);
    }
    seen.add(referenceId);
  }
  return { subrequests, allOrNone: given?.allOrNone === true };
}

function answerOne(api: Api, call: ApiCall, one: Subrequest, before: Subanswer[]): Subanswer {
  try {
    const url = new URL(String(fill(one.url, before)), 'http://org');
    const path = splitVersion(url.pathname);
    const headers = Object.fromEntries(Object.entries(one.httpHeaders ?? {}).map(([k, v]) => [k.toLowerCase(), v]));
    const inner = { method: one.method, path: path ?? url.pathname, query: url.searchParams };
    const answer = api.call({ ...inner, body: fill(one.body, before), headers, userId: call.userId });
    if (!answer) throw notFound();
    return subanswer(one, answer);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return subanswer(one, { status: error.status, body: error.body });
  }
}

function subanswer(one: Subrequest, answer: ApiAnswer): Subanswer {
  return {
    body: answer.body ?? null,
    httpHeaders: answer.headers ?? {},
    httpStatusCode: answer.status,
    referenceId: one.referenceId,
  };
}

/** Puts the answers asked for with `@{ref.path}` in their places, anywhere in a value. */
function fill(value: unknown, before: Subanswer[]): unknown {
  if (typeof value === 'string') return value.replace(/@\{([^}]*)\}/g, (_whole, path: string) => lookUp(path, before));
  if (Array.isArray(value)) return value.map(one => fill(one, before));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, fill(one, before)]));
}

function lookUp(path: string, before: Subanswer[]): string {
  const [reference = '', ...steps] = path.split(/\.|\[(\d+)\]\.?/).filter(Boolean);
  const answer = before.find(one => one.referenceId === reference);
  let at: unknown = answer && answer.httpStatusCode < 300 ? answer.body : undefined;
  for (const step of steps)
    at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[step] : undefined;
  if (typeof at === 'string' || typeof at === 'number') return String(at);
  const message = `Invalid reference specified. No value for ${path} found in ${reference}. Provided referenceId ('${path}') must start with a letter or a number, and it can contain only letters, numbers and underscores ('_').`;
  throw new Refusal(400, 'PROCESSING_HALTED', message);
}

/** The first failure undoes what was done and leaves the rest undone: it alone says why. */
function halted(subrequests: Subrequest[], answers: Subanswer[]): Subanswer[] {
  const message = 'The transaction was rolled back since another operation in the same transaction failed.';
  const body: ApiError[] = [{ errorCode: 'PROCESSING_HALTED', message }];
  return subrequests.map(({ referenceId }) => {
    const own = answers.find(one => one.referenceId === referenceId && one.httpStatusCode >= 300);
    return own ?? { body, httpHeaders: {}, httpStatusCode: 400, referenceId };
  });
}
