import assert from 'node:assert/strict';
import { test } from 'node:test';
import { campaignIn } from './campaign.ts';

test('the campaign that brought a contact', () => {
  const table: [properties: Record<string, string>, campaign: string | undefined][] = [
    [{}, undefined],
    [
      { utm_campaign: 'Autumn webinar', hs_latest_source: 'PAID_SEARCH', hs_latest_source_data_1: 'Brand' },
      'Autumn webinar',
    ],
    [{ utm_campaign: ' ', hs_latest_source: 'PAID_SEARCH', hs_latest_source_data_1: 'Brand' }, 'Brand'],
    [{ hs_latest_source: 'PAID_SOCIAL', hs_latest_source_data_1: 'LinkedIn', hs_latest_source_data_2: 'ABM' }, 'ABM'],
    [{ hs_latest_source: 'ORGANIC_SEARCH', hs_latest_source_data_1: 'crm for acme' }, undefined],
    [{ hs_latest_source: 'OFFLINE', hs_latest_source_data_1: 'IMPORT', hs_latest_source_data_2: '12' }, undefined],
    [
      {
        hs_latest_source: 'DIRECT_TRAFFIC',
        hs_latest_source_data_1: 'acme.com/pricing',
        hs_analytics_source: 'EMAIL_MARKETING',
        hs_analytics_source_data_1: 'Newsletter 7',
      },
      'Newsletter 7',
    ],
    [{ hs_latest_source: 'constructor', hs_latest_source_data_1: 'x' }, undefined],
  ];
  for (const [properties, campaign] of table)
    assert.equal(campaignIn(properties), campaign, JSON.stringify(properties));
});
