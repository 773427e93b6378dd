import { randomUUID } from 'node:crypto';
import type { Failure, FakeProject } from './project';
import { stamp } from './world';

export interface Build {
  readonly id: string;
  /** projects/N/locations/L/builds/ID */
  readonly name: string;
  readonly logUrl: string;
}

const usual = ['starting build', 'FETCHSOURCE', 'BUILD', 'Already have image (with digest)', 'PUSH', 'DONE'];

/** A run of Cloud Build and its lines in the log, where a user of the console would read them. */
export function startBuild(project: FakeProject, location: string, failure: Failure | undefined): Build {
  const id = randomUUID();
  const name = `projects/${project.number}/locations/${location}/builds/${id}`;
  const logUrl = `https://console.cloud.google.com/cloud-build/builds;region=${location}/${id}?project=${project.number}`;
  const status = failure ? 'FAILURE' : 'SUCCESS';
  project.builds.set(id, { name, id, projectId: project.id, status, logUrl, createTime: stamp(), startTime: stamp(), finishTime: stamp(), ...(failure && { statusDetail: failure.message }) });
  for (const textPayload of failure ? [...usual.slice(0, 3), ...(failure.logLines ?? []), 'ERROR'] : usual) {
    project.write({
      logName: `projects/${project.id}/logs/cloudbuild`,
      resource: { type: 'build', labels: { build_id: id, build_trigger_id: '', project_id: project.id } },
      severity: 'INFO',
      textPayload,
    });
  }
  return { id, name, logUrl };
}
