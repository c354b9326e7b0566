/** What every platform's nurture keeps to, whatever it is there: run by the tests of each source. */
import assert from 'node:assert/strict';
import type { Nurture } from '../../src/contracts/nurture.ts';
import type { NurturePlace } from '../../src/domain/nurture.ts';
import { Rejected } from '../../src/lib/errors.ts';
import { failureOf } from './source.suite.ts';

export interface NurtureUnderTest {
  nurture: Nurture | undefined;
  place: NurturePlace;
  contactId: string;
  /** How often the contact is there. */
  count(): Promise<number>;
  /** Nothing there has this name. */
  unknown: NurturePlace;
  /** There, and takes nobody; why. */
  deaf?: { place: NurturePlace; says: RegExp };
  /** A name that two have. */
  ambiguous?: NurturePlace;
  /** It cannot be left. */
  forGood?: true;
}

export async function assertNurtures(under: NurtureUnderTest): Promise<void> {
  const { nurture, place, contactId, count, unknown, deaf, ambiguous, forGood } = under;
  assert.ok(nurture);
  const why = async (asked: NurturePlace) => {
    const found = await nurture.find(asked);
    return 'why' in found ? found.why : assert.fail(`found ${found.label}`);
  };
  const found = await nurture.find(place);
  assert.ok('label' in found && found.label.length > 3);
  assert.match(await why(unknown), /no (list|campaign|automation|property)/);
  if (deaf) assert.match(await why(deaf.place), deaf.says);
  if (ambiguous) assert.match(await why(ambiguous), /Several/);
  const enter = (to: NurturePlace, who = contactId, lookFirst = false) => nurture.enter(who, to, { lookFirst });
  await enter(place);
  assert.equal(await count(), 1);
  await failureOf(Rejected, enter(unknown));
  await failureOf(Rejected, enter(place, '999999'));
  if (deaf) await failureOf(Rejected, enter(deaf.place));
  if (forGood) {
    await failureOf(Rejected, enter(place, contactId, true));
    assert.equal(await nurture.leave(contactId, place), false);
    return assert.equal(await count(), 1);
  }
  await enter(place, contactId, true);
  await enter(place);
  assert.equal(await count(), 1);
  for (let twice = 0; twice < 2; twice += 1) assert.equal(await nurture.leave(contactId, place), true);
  assert.equal(await count(), 0);
  // Somebody deleted it there meanwhile: whoever was in it is out.
  if (place.kind !== 'property') assert.equal(await nurture.leave(contactId, unknown), true);
  if (place.kind === 'automation' && deaf) assert.equal(await nurture.leave(contactId, deaf.place), true);
}
