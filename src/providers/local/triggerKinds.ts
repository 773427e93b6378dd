import type { ChoiceField, TriggerKind } from '../../core/provider';

const origins: ChoiceField = { name: 'origins', prompt: 'Sites whose web pages may call it, or * for all; empty for none', example: 'https://example.com', pattern: /^(\*|https?:\/\/[^\s,]+)([ ,]+https?:\/\/[^\s,]+)*$/, isOptional: true };
const expression: ChoiceField = { name: 'expression', prompt: 'When, as EventBridge has it: rate(5 minutes) or cron(minutes hours day month weekday year)', example: 'cron(0 18 ? * MON-FRI *)', pattern: /^(rate\(\d+ (minute|hour|day)s?\)|cron\(\S+( \S+){5}\))$/ };
const timezone: ChoiceField = { name: 'timezone', prompt: 'The time zone of a cron expression; empty for UTC', example: 'Europe/Berlin', pattern: /^[A-Za-z]+([/_+-][\w+-]+)*$/, isOptional: true };
const folder: ChoiceField = { name: 'folder', prompt: 'The folder of this machine to watch', example: '/home/me/inbox', pattern: /^(\/|[A-Za-z]:[\\/]|\\\\)./, isFolder: true };
const suffix: ChoiceField = { name: 'suffix', prompt: 'What the names of its files must end with; empty for all files', example: '.csv', pattern: /^\S+$/, isOptional: true };
const queue: ChoiceField = { name: 'queue', prompt: 'The queue, which is made if it is not there; .fifo at its end for one that keeps order', example: 'orders', pattern: /^([\w-]{1,80}|[\w-]{1,75}\.fifo)$/ };
const maxReceives: ChoiceField = { name: 'maxReceives', prompt: 'After how many failures a message is given up and kept in a file; empty for never', example: '3', pattern: /^([1-9]\d{0,2}|1000)$/, isOptional: true };

/** The kinds of triggers that the local runtime has. */
export const triggerKinds: readonly TriggerKind[] = [
  { id: 'http', label: 'HTTP request', icon: 'globe', detail: 'It gets an address on this machine, with the events of a Lambda function URL', fields: [origins] },
  { id: 'schedule', label: 'Schedule', icon: 'clock', detail: 'It is called at times, with the event of EventBridge', fields: [expression, timezone] },
  { id: 'file', label: 'Files in a folder', icon: 'folder', detail: 'It is called when files come, go or grow, with events like those of S3', fields: [folder, suffix] },
  { id: 'queue', label: 'Queue', icon: 'list-ordered', detail: 'It is called with messages that SQS clients send to a queue of the local runtime', fields: [queue, maxReceives] },
];
