import { cloudEvent } from '@google-cloud/functions-framework';

/**
 * {{name}}: runs for events that come by way of Eventarc.
 * Events are CloudEvents; which data they have is told by their type.
 */
cloudEvent('handler', async (event) => {
  console.info(event.id, event.type);
  if (event.type === 'google.cloud.audit.log.v1.written') audited(event.data.protoPayload);
});

function audited({ authenticationInfo, methodName, resourceName }) {
  console.info(`${authenticationInfo?.principalEmail ?? 'somebody'}: ${methodName} of ${resourceName}`);
}
