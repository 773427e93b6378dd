import { type CloudEvent, cloudEvent } from '@google-cloud/functions-framework';

/** Some of what an audit log tells. */
interface AuditEntry {
  readonly protoPayload: {
    readonly authenticationInfo?: { readonly principalEmail?: string };
    readonly methodName: string;
    readonly resourceName: string;
  };
}

/**
 * {{name}}: runs for events that come by way of Eventarc.
 * Events are CloudEvents; which data they have is told by their type.
 */
cloudEvent('handler', async ({ id, type, data }: CloudEvent<AuditEntry>) => {
  console.info(id, type);
  if (type === 'google.cloud.audit.log.v1.written' && data) audited(data.protoPayload);
});

function audited({ authenticationInfo, methodName, resourceName }: AuditEntry['protoPayload']): void {
  console.info(`${authenticationInfo?.principalEmail ?? 'somebody'}: ${methodName} of ${resourceName}`);
}
