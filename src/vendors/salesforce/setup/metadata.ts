/** The Metadata API of an org through jsforce, with our transport and our failures. */

import { Connection } from 'jsforce/lib/connection.js';
import { Failure, Rejected } from '../../../lib/errors.ts';
import { noAnswer, SERVICE, toFailure } from '../api/errors.ts';
import type { Org } from '../api/org.ts';
import { transport } from '../api/transport.ts';

type MetadataApi = Connection['metadata'];

/** Asks the Metadata API; a session that ended on the way is renewed once, and the question asked again. */
export type Ask = <T>(work: (api: MetadataApi) => Promise<T>) => Promise<T>;

const SESSION_OVER = 'INVALID_SESSION_ID';

/** @param timeoutMs of one call: a deployment is only handed in by one, and asked about by others */
export function metadataOf(org: Org, timeoutMs: number): Ask {
  return async work => {
    // Some 20 MB of schema that only a set-up needs.
    const { MetadataApi } = await import('jsforce/lib/api/metadata.js');
    const seen: { status?: number } = {};
    try {
      return await org.session.within(
        ({ instanceUrl, accessToken, version }) => {
          const connection = new Connection({ instanceUrl, ...(accessToken && { accessToken }), version });
          // jsforce's own would repeat calls behind our back and has no limit of time.
          Object.assign(connection, {
            _transport: transport(timeoutMs, response => {
              seen.status = response.statusCode;
            }),
          });
          return work(new MetadataApi(connection));
        },
        error => codeOf(error) === SESSION_OVER,
      );
    } catch (error) {
      throw asFailure(org, error, seen.status);
    }
  };
}

/** Salesforce writes `sf:INVALID_SESSION_ID`, and jsforce passes that on. */
function codeOf(error: unknown): string | undefined {
  const code = (error as { errorCode?: unknown } | null)?.errorCode;
  return typeof code === 'string' ? code.replace(/^\w+:/, '') : undefined;
}

function asFailure(org: Org, error: unknown, status: number | undefined): Error {
  if (error instanceof Failure) return error;
  const { message } = error as Error;
  if (/JWT-based access tokens/.test(message)) return jwtTokens(error);
  const code = codeOf(error);
  if (status === undefined || code === undefined) return noAnswer(error);
  const http = /^ERROR_HTTP_(\d+)$/.exec(code)?.[1];
  const known = http ? `HTTP ${http}` : code;
  if (/^(INSUFFICIENT_ACCESS|FUNCTIONALITY_NOT_ENABLED|INVALID_TYPE$)/.test(known)) return notAllowed(known, message);
  // A page of HTML is nobody's reason.
  const text = http ? `answered ${http}` : message;
  return toFailure(status, [{ errorCode: known, message: text, fields: [] }], { clock: org.clock });
}

function notAllowed(code: string, message: string): Rejected {
  return new Rejected(
    `Salesforce does not let Baton's user change metadata (${message.slice(0, 200)}). Give that user "Modify Metadata Through Metadata API Functions", "Customize Application", "Manage Flow" and "Assign Permission Sets" while you set up, and set up again.`,
    { service: SERVICE, code },
  );
}

function jwtTokens(cause: unknown): Rejected {
  return new Rejected(
    'Salesforce: the External Client App issues JWT-based access tokens, which the Metadata API does not take. Switch "Issue JSON Web Token (JWT)-based access tokens" off there, and set up again.',
    { service: SERVICE, code: 'JWT_ACCESS_TOKEN', cause },
  );
}
