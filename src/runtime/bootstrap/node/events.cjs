'use strict';
// Reads what the runtime sends: events, and between them that an answer has come in.

/** As the runtime writes it. What a function puts in between may change the order, and the case of names. */
const eventHead =
  /Lambda-Runtime-Aws-Request-Id: (.*)\r\nLambda-Runtime-Deadline-Ms: (.*)\r\nLambda-Runtime-Invoked-Function-Arn: (.*)\r\nLambda-Runtime-Trace-Id: (.*)\r\n(?:Lambda-Runtime-Client-Context: (.*)\r\n)?/;
const accepted = 'HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{"status":"OK"}';
/** More than a client context can become. */
const maxHead = 262_144;

/** The same parts from any head; nothing when it is none of an event. */
function byName(head) {
  const names = ['Request-Id', 'Deadline-Ms', 'Invoked-Function-Arn', 'Trace-Id', 'Client-Context'];
  const values = names.map((name) => new RegExp(`^Lambda-Runtime-(?:Aws-)?${name}: *(.*)$`, 'im').exec(head)?.[1]);
  return values[0] && [head, ...values];
}

class EventReader {
  #onEvent;
  /** Of a message that has not come whole. */
  #parts = [];
  #size = 0;
  #wanted = 0;

  /** `onEvent` is given each event. */
  constructor(onEvent) {
    this.#onEvent = onEvent;
  }

  /** Takes the first bytes of a buffer, which may be written anew afterwards. */
  take(length, buffer) {
    if (!this.#size) return this.#read(buffer, length);
    this.#keep(buffer, 0, length);
    if (this.#size < this.#wanted) return;
    const bytes = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#size = 0;
    this.#read(bytes, bytes.length);
  }

  // One function, because it is run for every event and Node has not made it quick yet when most processes end.
  #read(bytes, length) {
    for (let at = 0; at < length; ) {
      const text = bytes.latin1Slice(at, Math.min(length, at + maxHead));
      if (text.startsWith(accepted)) {
        at += accepted.length;
        continue;
      }
      const head = text.indexOf('\r\n\r\n');
      const size = head < 0 ? 0 : Number(/\r\nContent-Length: (\d+)\r\n/i.exec(text)[1]);
      const end = at + head + 4 + size;
      if (head < 0 || end > length) {
        this.#wanted = head < 0 ? 0 : end - at;
        return this.#keep(bytes, at, length);
      }
      const found = eventHead.exec(text) ?? byName(text.slice(0, head));
      at = end;
      if (found && !(found.index > head)) this.#onEvent({ id: found[1], deadline: Number(found[2]), arn: found[3], traceId: found[4], context: found[5], payload: bytes.utf8Slice(end - size, end) });
    }
  }

  #keep(bytes, from, to) {
    this.#parts.push(Buffer.from(bytes.subarray(from, to)));
    this.#size += to - from;
  }
}

module.exports = { EventReader };
