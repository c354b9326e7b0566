import { flagArg, type Method, needed } from '../method.ts';
import { Refusal } from '../refusal.ts';

const READ = ['usergroups:read'];

const list: Method = {
  json: false,
  scopes: READ,
  run({ world, workspace, args }) {
    if (!world.limits.paidPlan) throw new Refusal('paid_teams_only');
    return {
      usergroups: [...workspace.groups.values()].map(({ id, name, handle, users }) => ({
        id,
        team_id: workspace.id,
        is_usergroup: true,
        name,
        handle,
        ...(flagArg(args, 'include_count') ? { user_count: users.length } : {}),
        ...(flagArg(args, 'include_users') ? { users } : {}),
      })),
    };
  },
};

const users: Method = {
  json: false,
  scopes: READ,
  required: ['usergroup'],
  run({ workspace, args }) {
    const group = workspace.groups.get(needed(args, 'usergroup'));
    if (!group) throw new Refusal('no_such_subteam');
    return { users: group.users };
  },
};

export const userGroupMethods: Record<string, Method> = { 'usergroups.list': list, 'usergroups.users.list': users };
