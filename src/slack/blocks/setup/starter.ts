/** A playbook to start from: the shape of the company, then who is in each of its teams. Pure. */
import type { ModalView } from '@slack/types';
import { SHAPES, type Shape, teamsOfShape } from '../../../workspaces/playbook-edits.ts';
import type { Origin } from '../../forms.ts';
import { context, option, section } from '../block-parts.ts';
import { form, input, typed } from '../modals/modal-parts.ts';

export const SHAPE_FORM = 'starter_shape';
export const STARTER_FORM = 'starter_teams';
export const STARTER_TITLE = 'Start from a pattern';

const WORDS: Record<Shape, [name: string, description: string]> = {
  one_team: ['One team', 'HIGH and MEDIUM leads go to one team, in turn.'],
  by_size: ['By company size', 'Above 1,000 people, 200 to 1,000, and all others.'],
  by_region: ['By region', 'EMEA, APAC, and the Americas with all others.'],
  by_product: ['By product', 'A team for each product people ask for, and one for all others.'],
};
const MOST_USERS = 50;

export const shapeIn = (value: string | undefined): Shape | undefined => SHAPES.find(one => one === value);

/** One product a line. */
export function productsIn(text: string | undefined): string[] {
  const lines = (text ?? '').split('\n').map(line => line.trim().slice(0, 60));
  return [...new Set(lines.filter(line => line !== ''))].slice(0, 5);
}

export function shapeForm(origin: Origin): ModalView {
  const options = SHAPES.map(shape => option(shape, ...WORDS[shape]));
  const [first] = options;
  return form(SHAPE_FORM, STARTER_TITLE, 'Continue', origin, [
    section('Known accounts stay with their owner, LOW leads go to nurture. The rest is shared out like this:'),
    input('shape', 'How are leads shared out?', {
      type: 'radio_buttons',
      action_id: 'shape',
      options,
      ...(first && { initial_option: first }),
    }),
    input('products', 'Products, one a line', typed('products', { many: true, most: 400 }), {
      optional: true,
      hint: 'Only when shared out by product: as your marketing system spells the product of interest, five at most.',
    }),
  ]);
}

/** @param present who is in a team of that key already: Slack ids */
export function starterForm(
  shape: Shape,
  products: readonly string[],
  present: Readonly<Record<string, readonly string[]>>,
  origin: Origin,
): ModalView {
  const packed = { ...origin, shape, products: products.join('\n') };
  return form(STARTER_FORM, STARTER_TITLE, 'Continue', packed, [
    section('Who gets the leads of each team? They go in turn.'),
    ...teamsOfShape(shape, products).map(({ key, name }) =>
      input(key, name, {
        type: 'multi_users_select',
        action_id: key,
        max_selected_items: MOST_USERS,
        ...((present[key]?.length ?? 0) > 0 && { initial_users: [...(present[key] ?? [])] }),
      }),
    ),
    context('The teams and rules you have now are replaced. You see every change before it is saved.'),
  ]);
}
