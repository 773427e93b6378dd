import type { EventFormat } from '../provider';

/** The smallest event of a format. */
export function emptyEvent(format: EventFormat): object {
  switch (format) {
    case 'http':
      return { method: 'GET', path: '/', query: {}, headers: {} };
    case 'cloudevent':
      // https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#required-attributes; each sending gives it an id.
      return { specversion: '1.0', source: '//example.com/function-deck', type: 'com.example.event', datacontenttype: 'application/json', data: {} };
    default:
      return {};
  }
}
