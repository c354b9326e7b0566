import { randomUUID } from 'node:crypto';
import type { Response } from 'express';

/** A refusal as HubSpot words it. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: Record<string, unknown>;

  constructor(status: number, category: string, message: string, more: Record<string, unknown> = {}) {
    super(message);
    this.status = status;
    this.body = { status: 'error', message, correlationId: randomUUID(), category, ...more };
  }
}

export function invalid(message: string, more: Record<string, unknown> = {}): Refusal {
  return new Refusal(400, 'VALIDATION_ERROR', message, more);
}

export function notFound(message = 'Object not found.  objectId are usually numeric.'): Refusal {
  return new Refusal(404, 'OBJECT_NOT_FOUND', message);
}

export function missingScopes(scopes: string[]): Refusal {
  return new Refusal(
    403,
    'MISSING_SCOPES',
    "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: https://developers.hubspot.com/scopes.",
    {
      errors: [
        { message: 'One or more of the following scopes are required.', context: { requiredGranularScopes: scopes } },
      ],
    },
  );
}

export function badProperty(name: string, type: string, error: string, why: string): Refusal {
  return invalid(`Property values were not valid: ${JSON.stringify([{ isValid: false, message: why, error, name }])}`, {
    errors: [{ message: why, code: error, context: { propertyName: [name] } }],
    context: { objectType: [type] },
  });
}

export type Policy = 'SECONDLY' | 'TEN_SECONDLY_ROLLING' | 'DAILY';

export function rateLimited(policyName: Policy): Refusal {
  const words = { SECONDLY: 'secondly', TEN_SECONDLY_ROLLING: 'ten_secondly_rolling', DAILY: 'daily' };
  const refusal = new Refusal(429, '', `You have reached your ${words[policyName]} limit.`, {
    errorType: 'RATE_LIMIT',
    policyName,
    requestId: randomUUID(),
  });
  delete refusal.body.category;
  return refusal;
}

export function send(res: Response, refusal: Refusal): void {
  res.status(refusal.status).json(refusal.body);
}
