/**
 * What text from elsewhere may do to a display: sequences that steer a terminal (CSI; OSC, DCS and their like up to their
 * end; two characters), line ends of all kinds, other control characters, marks that no one sees but that turn text
 * around or hide in it, and halves of surrogate pairs. Each alternative stops at the next one's start, so that time stays linear.
 */
const unsafe =
  /(?<sequence>(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x90-\x9f\n]*(?:\x07|\x1b\\|\x9c)|\x1b[ -/]*[0-Z\\`-~])|(?<lineEnd>\r\n?|[\x85\u2028\u2029])|(?<control>[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f])|(?<hidden>[\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udc7f])|(?<half>[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff])/g;
const anyUnsafe = /[^\n\t\x20-\x7e\xa0-\u061b\u061d-\u180d\u180f-\u200a\u2010-\u2027\u202f-\u205f\u2070-\ud7ff\ue000-\ufefe\uff00-\ufff8\ufffc-\uffff]/;

/**
 * Text from elsewhere made harmless to show: colours and other terminal sequences are gone, every line ends with `\n`,
 * control characters are pictures of themselves, invisible marks are gone. Plain text comes back as it is.
 */
export function plainText(text: string): string {
  if (!anyUnsafe.test(text)) return text;
  return text.replace(unsafe, (found: string, sequence?: string, lineEnd?: string, control?: string, hidden?: string) => {
    if (sequence !== undefined || hidden !== undefined) return '';
    if (lineEnd !== undefined) return '\n';
    return control === undefined ? '\ufffd' : picture(found);
  });
}

/** Cuts a line into pieces of at most so many UTF-16 units, never through a character. Nothing is lost. */
export function wrapLine(line: string, limit: number): string[] {
  if (line.length <= limit) return [line];
  const pieces: string[] = [];
  for (let start = 0; start < line.length; ) {
    let end = start + limit;
    if (end < line.length && isHighSurrogate(line.charCodeAt(end - 1)) && limit > 1) end -= 1;
    pieces.push(line.slice(start, end));
    start = end;
  }
  return pieces;
}

function picture(control: string): string {
  const code = control.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : '\ufffd';
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
