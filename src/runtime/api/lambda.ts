import { diskSentence } from '../store/diskError';
import { UnreadableFile } from '../store/recordFolder';
import * as account from './account';
import * as aliases from './aliases';
import type { ApiCall, ApiReply, World } from './call';
import * as concurrency from './concurrency';
import { ApiError, conflict, lambdaError, unknownOperation } from './errors';
import * as events from './eventConfig';
import * as eventSources from './eventSources';
import * as functions from './functions';
import { invoke, invokeAsync } from './invoke';
import * as layerPolicy from './layerPolicy';
import * as layers from './layers';
import * as management from './management';
import { refuseElsewhere } from './names';
import * as policy from './policy';
import * as provisioned from './provisioned';
import { invokeStreaming } from './streaming';
import * as tags from './tags';
import * as urls from './urlConfig';
import * as versions from './versions';

type Operation = (call: ApiCall, world: World, names: readonly string[]) => Promise<ApiReply>;

/** `{}` in a path stands for one name, decoded. */
const operations: readonly (readonly [method: string, path: string, operation: Operation])[] = [
  ['POST', '/2015-03-31/functions', functions.createFunction],
  ['GET', '/2015-03-31/functions', functions.listFunctions],
  ['GET', '/2015-03-31/functions/{}', functions.getFunction],
  ['DELETE', '/2015-03-31/functions/{}', functions.deleteFunction],
  ['GET', '/2015-03-31/functions/{}/configuration', functions.getConfiguration],
  ['PUT', '/2015-03-31/functions/{}/configuration', functions.updateConfiguration],
  ['PUT', '/2015-03-31/functions/{}/code', functions.updateCode],
  ['POST', '/2015-03-31/functions/{}/invocations', invoke],
  ['POST', '/2014-11-13/functions/{}/invoke-async', invokeAsync],
  ['POST', '/2021-11-15/functions/{}/response-streaming-invocations', invokeStreaming],
  ['POST', '/2015-03-31/functions/{}/versions', versions.publishVersion],
  ['GET', '/2015-03-31/functions/{}/versions', versions.listVersions],
  ['POST', '/2015-03-31/functions/{}/aliases', aliases.createAlias],
  ['GET', '/2015-03-31/functions/{}/aliases', aliases.listAliases],
  ['GET', '/2015-03-31/functions/{}/aliases/{}', aliases.getAlias],
  ['PUT', '/2015-03-31/functions/{}/aliases/{}', aliases.updateAlias],
  ['DELETE', '/2015-03-31/functions/{}/aliases/{}', aliases.deleteAlias],
  ['GET', '/2017-03-31/tags/{}', tags.listTags],
  ['POST', '/2017-03-31/tags/{}', tags.tagResource],
  ['DELETE', '/2017-03-31/tags/{}', tags.untagResource],
  ['GET', '/2016-08-19/account-settings', account.getAccountSettings],
  ['GET', '/2020-06-30/functions/{}/code-signing-config', account.getCodeSigning],
  ['GET', '/2021-07-20/functions/{}/runtime-management-config', management.getRuntimeManagement],
  ['PUT', '/2021-07-20/functions/{}/runtime-management-config', management.putRuntimeManagement],
  ['GET', '/2024-08-31/functions/{}/recursion-config', management.getRecursion],
  ['PUT', '/2024-08-31/functions/{}/recursion-config', management.putRecursion],
  ['GET', '/2019-09-30/functions/{}/provisioned-concurrency', provisioned.provisionedConcurrency],
  ['PUT', '/2019-09-30/functions/{}/provisioned-concurrency', provisioned.putProvisioned],
  ['DELETE', '/2019-09-30/functions/{}/provisioned-concurrency', provisioned.deleteProvisioned],
  ['GET', '/2019-09-30/functions/{}/concurrency', concurrency.getConcurrency],
  ['PUT', '/2017-10-31/functions/{}/concurrency', concurrency.putConcurrency],
  ['DELETE', '/2017-10-31/functions/{}/concurrency', concurrency.deleteConcurrency],
  ['PUT', '/2019-09-25/functions/{}/event-invoke-config', events.putEventConfig],
  ['POST', '/2019-09-25/functions/{}/event-invoke-config', events.updateEventConfig],
  ['GET', '/2019-09-25/functions/{}/event-invoke-config', events.getEventConfig],
  ['DELETE', '/2019-09-25/functions/{}/event-invoke-config', events.deleteEventConfig],
  ['GET', '/2019-09-25/functions/{}/event-invoke-config/list', events.listEventConfigs],
  ['POST', '/2021-10-31/functions/{}/url', urls.createUrl],
  ['GET', '/2021-10-31/functions/{}/url', urls.getUrl],
  ['PUT', '/2021-10-31/functions/{}/url', urls.updateUrl],
  ['DELETE', '/2021-10-31/functions/{}/url', urls.deleteUrl],
  ['GET', '/2021-10-31/functions/{}/urls', urls.listUrls],
  ['POST', '/2015-03-31/functions/{}/policy', policy.addPermission],
  ['GET', '/2015-03-31/functions/{}/policy', policy.getPolicy],
  ['DELETE', '/2015-03-31/functions/{}/policy/{}', policy.removePermission],
  ['POST', '/2015-03-31/event-source-mappings', eventSources.createEventSource],
  ['GET', '/2015-03-31/event-source-mappings', eventSources.listEventSources],
  ['GET', '/2015-03-31/event-source-mappings/{}', eventSources.getEventSource],
  ['PUT', '/2015-03-31/event-source-mappings/{}', eventSources.updateEventSource],
  ['DELETE', '/2015-03-31/event-source-mappings/{}', eventSources.deleteEventSource],
  ['GET', '/2018-10-31/layers', layers.listLayers],
  ['POST', '/2018-10-31/layers/{}/versions', layers.publishLayer],
  ['GET', '/2018-10-31/layers/{}/versions', layers.listLayerVersions],
  ['GET', '/2018-10-31/layers/{}/versions/{}', layers.getLayerVersion],
  ['DELETE', '/2018-10-31/layers/{}/versions/{}', layers.deleteLayerVersion],
  ['POST', '/2018-10-31/layers/{}/versions/{}/policy', layerPolicy.addLayerPermission],
  ['GET', '/2018-10-31/layers/{}/versions/{}/policy', layerPolicy.getLayerPolicy],
  ['DELETE', '/2018-10-31/layers/{}/versions/{}/policy/{}', layerPolicy.removeLayerPermission],
];

// The call that must be fast stands first.
const routes = [...operations].sort((a, b) => Number(b[2] === invoke) - Number(a[2] === invoke)).map(([method, path, operation]) => ({
  method,
  pattern: new RegExp(`^${path.replaceAll('{}', '([^/]+)')}/?$`),
  operation,
}));

/** The Lambda REST API. */
export async function lambda(call: ApiCall, world: World): Promise<ApiReply> {
  try {
    for (const route of routes) {
      const found = route.method === call.method ? route.pattern.exec(call.path) : undefined;
      if (found) return await route.operation(call, world, reachable(found.slice(1).map(decode), call, world));
    }
    throw unknownOperation(`${call.method} ${call.path}`);
  } catch (error) {
    if (error instanceof ApiError) return lambdaError(error);
    if (error instanceof UnreadableFile) return lambdaError(conflict(error.message));
    world.warn(`${call.method} ${call.path}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return lambdaError(new ApiError(500, 'ServiceException', diskSentence(error) ?? 'The local runtime failed; its log says why.'));
  }
}

// The first name in a path is that of what the call is about.
function reachable(names: readonly string[], call: ApiCall, world: World): readonly string[] {
  if (names[0]?.startsWith('arn:')) refuseElsewhere(world, names[0], call.region);
  return names;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw new ApiError(400, 'ValidationException', `The path holds something that is not a name: ${String(error)}`);
  }
}
