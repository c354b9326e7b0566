import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseLimitInfo } from './limits.ts';

test('usage is read by key, whatever stands beside it', () => {
  assert.deepEqual(parseLimitInfo('api-usage=10018/100000'), { 'api-usage': { used: 10_018, limit: 100_000 } });
  assert.deepEqual(parseLimitInfo('api-usage=1/2; api-bursts=1/750; per-app-api-usage=17/250(appName=Baton)'), {
    'api-usage': { used: 1, limit: 2 },
    'api-bursts': { used: 1, limit: 750 },
    'per-app-api-usage': { used: 17, limit: 250, appName: 'Baton' },
  });
  assert.deepEqual(parseLimitInfo(undefined), {});
  assert.deepEqual(parseLimitInfo('api-usage=many; x'), {});
});
