import type { FunctionRecord, VersionRecord } from '../store/records';
import { versionArn } from '../engine/logLines';
import { loggingShape } from './logSettings';
import { functionArn } from './names';

/** What a caller must give to change this version and no other. */
export function revisionOf({ revisionId, shownRevision }: VersionRecord): string {
  return shownRevision ?? revisionId;
}

/** A function's configuration as lists show it. */
export function listed(record: FunctionRecord, version: VersionRecord, qualifier?: string): Record<string, unknown> {
  return {
    FunctionName: record.name,
    FunctionArn: functionArn(record.region, record.name, qualifier),
    Runtime: version.runtime,
    Role: version.role,
    Handler: version.handler,
    CodeSize: version.codeSize,
    Description: version.description,
    Timeout: version.timeout,
    MemorySize: version.memorySize,
    LastModified: version.lastModified.replace('Z', '+0000'),
    CodeSha256: version.codeSha256,
    Version: version.version,
    ...(version.environment ? { Environment: { Variables: version.environment } } : {}),
    ...(version.deadLetter ? { DeadLetterConfig: { TargetArn: version.deadLetter } } : {}),
    TracingConfig: { Mode: version.tracing },
    RevisionId: revisionOf(version),
    PackageType: 'Zip',
    Architectures: version.architectures,
    EphemeralStorage: { Size: version.ephemeralStorage },
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    ...version.told,
    ...(version.layers?.length ? { Layers: version.layers.map(({ arn, codeSize }) => ({ Arn: arn, CodeSize: codeSize })) } : {}),
    LoggingConfig: { ...loggingShape(version.logging), LogGroup: version.logGroup },
  };
}

const ready = { State: 'Active', LastUpdateStatus: 'Successful' };
const creating = { State: 'Pending', StateReason: 'The function is being created.', StateReasonCode: 'Creating' };
const updating = {
  State: 'Active',
  LastUpdateStatus: 'InProgress',
  LastUpdateStatusReason: 'The function is being created.',
  LastUpdateStatusReasonCode: 'Creating',
};

/** A function's configuration as calls about that one function show it; a change says so in its own answer only. */
export function configuration(record: FunctionRecord, version: VersionRecord, state: 'ready' | 'creating' | 'updating' = 'ready', qualifier?: string): Record<string, unknown> {
  return {
    ...listed(record, version, qualifier),
    ...{ ready, creating, updating }[state],
    // The revision that a change makes is not yet that of the changed function.
    ...(state === 'ready' ? {} : { RevisionId: version.revisionId }),
    RuntimeVersionConfig: { RuntimeVersionArn: versionArn(version.runtime, record.region) },
  };
}
