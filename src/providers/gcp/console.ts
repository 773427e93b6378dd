import type { Place } from './names';

/** A function's page in Google's console. */
export function consoleUrl(place: Place, name: string, kind: 'function' | 'service'): string {
  const [location, id, project] = [place.location, name, place.project].map(encodeURIComponent);
  if (kind === 'service') return `https://console.cloud.google.com/run/detail/${location}/${id}/source?project=${project}`;
  return `https://console.cloud.google.com/functions/details/${location}/${id}?env=gen2&project=${project}`;
}
