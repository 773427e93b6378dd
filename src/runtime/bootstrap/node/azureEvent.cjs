'use strict';
// Triggers of Azure other than HTTP: the event is what the function is given, and what it returns is the result.

/** Calls the function with an event; what it sends to other services is told in the log, for there are none here. */
async function answerEvent(trigger, event, invocationId, invoke) {
  const isTimer = trigger.type.toLowerCase() === 'timertrigger';
  const given = isTimer ? timerOf(event) : event;
  const data = typeof given === 'string' ? { string: given } : { json: JSON.stringify(given) };
  const { returnValue, outputData = [] } = await invoke({ invocationId, inputData: [{ name: trigger.name, data }], triggerMetadata: metadataOf(event, data) });
  for (const output of outputData) console.info(`Output "${output.name}": ${JSON.stringify(valueOf(output.data))}`);
  return valueOf(returnValue);
}

// https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer
function timerOf(event) {
  const now = new Date().toISOString();
  return { Schedule: { AdjustForDST: true }, ScheduleStatus: { Last: now, LastUpdated: now, Next: now }, IsPastDue: false, ...event };
}

// Queues tell these of a message.
function metadataOf(event, { string, json }) {
  const now = new Date().toISOString();
  const own = event !== null && typeof event === 'object' && !Array.isArray(event) ? Object.entries(event).map(([name, value]) => [name, { json: JSON.stringify(value) }]) : [];
  const message = { Id: { string: `"${now}"` }, DequeueCount: { int: 1 }, InsertionTime: { string: now }, QueueTrigger: { string: string ?? json } };
  return { ...message, ...Object.fromEntries(own) };
}

function valueOf(data) {
  if (data === undefined || data === null) return null;
  if (data.json !== undefined) return JSON.parse(data.json);
  if (data.bytes !== undefined) return Buffer.from(data.bytes).toString('base64');
  return data.string ?? data.int ?? data.double ?? null;
}

module.exports = { answerEvent };
