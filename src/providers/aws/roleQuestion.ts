import type { Choice, FunctionRef, Question } from '../../core/provider';
import { roleName } from './roleName';
import type { Roles } from './roles';

/** Asks for the role that a new function runs as. */
export function roleQuestion(roles: Roles, { scope, name }: FunctionRef): Question {
  const create: Choice = {
    label: 'Create a basic execution role',
    icon: 'add',
    detail: 'It lets the function write its log and nothing else',
    answer: async () => ({ role: `${roleName(name)} (new)` }),
    make: async (_typed, options) => ({ role: (await roles.create(scope, name, options)).id }),
  };
  const enter: Choice = {
    label: 'Enter the name of a role…',
    icon: 'edit',
    fields: [{ name: 'role', prompt: 'Full name (ARN) of the role', example: 'arn:aws:iam::123456789012:role/basic', pattern: /^arn:[\w-]+:iam::\d{12}:role\/\S+$/ }],
    answer: async ({ role }) => ({ role }),
  };
  return {
    setting: 'role',
    title: 'A new function needs a role to run as',
    placeholder: `Role for ${name}`,
    choices: [create, enter],
    more: async (options) => (await roles.list(scope, options)).map(({ id, label }) => ({ label, detail: id, answer: async () => ({ role: id }) })),
  };
}
