import type { cloudfunctions_v2 } from 'googleapis/build/src/apis/cloudfunctions/v2';
import type { DeployOptions } from '../../core/provider';
import type { Operation } from './operations';
import { text } from './values';

export type Stage = cloudfunctions_v2.Schema$GoogleCloudFunctionsV2Stage;

const words: Readonly<Record<string, string>> = {
  ARTIFACT_REGISTRY: 'Preparing the registry',
  BUILD: 'Building the container',
  SERVICE: 'Creating the service',
  TRIGGER: 'Creating the trigger',
  SERVICE_ROLLBACK: 'Taking the service back',
  TRIGGER_ROLLBACK: 'Taking the trigger back',
};

const from = 0.35;
const share = 0.55;

/** The parts of a change, in the order in which they are done. */
export function stagesOf({ metadata }: Operation): readonly Stage[] {
  const stages: unknown = metadata?.stages;
  return Array.isArray(stages) ? stages.filter((stage): stage is Stage => typeof stage === 'object' && stage !== null) : [];
}

/** Tells the user of every new part of a change that begins. */
export function reporter(report: DeployOptions['report']): (operation: Operation) => void {
  let last = '';
  return (operation) => {
    const stages = stagesOf(operation);
    const at = stages.findIndex(({ state }) => state === 'IN_PROGRESS');
    const step = words[text(stages[at]?.name) ?? ''];
    if (step === undefined || step === last) return;
    last = step;
    report(step, from + share * (at / stages.length));
  };
}

/** The part that failed: the one that says so, or else the one that the error tells of. */
export function failedStage(operation: Operation, message: string): Stage | undefined {
  const stages = stagesOf(operation);
  const saysSo = stages.find(({ stateMessages }) => Array.isArray(stateMessages) && stateMessages.some((one) => one?.severity === 'ERROR'));
  return saysSo ?? stages.find(({ name }) => name === guess(message));
}

function guess(message: string): string {
  if (/build failed/i.test(message)) return 'BUILD';
  if (/trigger/i.test(message)) return 'TRIGGER';
  return /cloud run service|container/i.test(message) ? 'SERVICE' : '';
}
