export interface ResultPage {
  /** Random for each page: the one script that may run carries it. */
  readonly nonce: string;
  readonly cspSource: string;
  readonly style: string;
  readonly script: string;
  readonly language: string;
  readonly words: ResultWords;
}

/** The page's own words, in the user's language. */
export interface ResultWords {
  readonly again: string;
  readonly edit: string;
  readonly tail: string;
  readonly open: string;
  readonly save: string;
  readonly response: string;
  readonly stack: string;
  readonly log: string;
  readonly facts: string;
  readonly running: string;
}

/** The result view's page. It holds no data: the script gets that as a message and shows it as text only. */
export function resultHtml({ nonce, cspSource, style, script, language, words }: ResultPage): string {
  const csp = `default-src 'none'; img-src data:; style-src ${cspSource}; script-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'`;
  return `<!DOCTYPE html>
<html lang="${escape(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escape(csp)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${escape(style)}">
<title>Function Deck</title>
</head>
<body data-open="${escape(words.open)}" data-save="${escape(words.save)}">
<div id="busy" role="status" aria-label="${escape(words.running)}" hidden></div>
<main id="result" hidden>
${header(words)}
<section id="error" role="alert" hidden><strong></strong><p></p><button type="button" class="link"></button></section>
<section id="response" aria-label="${escape(words.response)}" hidden><span id="response-status"></span>
<details id="headers"><summary></summary><table><tbody></tbody></table></details></section>
<dl id="facts" aria-label="${escape(words.facts)}"></dl>
${section('stack', words.stack)}
<div id="parts"></div>
${section('log', words.log, words.open)}
</main>
<script nonce="${escape(nonce)}" src="${escape(script)}"></script>
</body>
</html>`;
}

function header(words: ResultWords): string {
  return `<header>
<div class="outcome" role="status"><span class="icon" aria-hidden="true">${icons.ok}${icons.warned}${icons.failed}</span>
<div><h1><span id="status"></span><span id="title"></span></h1><p id="subtitle"></p></div></div>
<nav>${button('again', words.again, icons.play)}${button('edit', words.edit, icons.edit)}${button('tail', words.tail, icons.log)}</nav>
</header>`;
}

function section(id: string, title: string, open?: string): string {
  const tools = open ? `<span class="tools"><button type="button" class="quiet" data-open-part="${id}">${escape(open)}</button></span>` : '';
  return `<section id="${id}" aria-labelledby="${id}-title" hidden>
<div class="bar"><h2 id="${id}-title">${escape(title)}</h2>${tools}</div><p class="note" role="status"></p><pre tabindex="0"></pre></section>`;
}

function button(type: string, label: string, icon: string): string {
  return `<button type="button" data-type="${type}">${icon}<span>${escape(label)}</span></button>`;
}

const svg = (name: string, path: string): string =>
  `<svg class="${name}" viewBox="0 0 16 16" width="16" height="16" fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="${path}"/></svg>`;

const icons = {
  ok: svg('ok', 'M3.5 8.5l3 3 6-7'),
  warned: svg('warned', 'M8 3v6.5M8 12.5v.2'),
  failed: svg('failed', 'M4 4l8 8M12 4l-8 8'),
  play: svg('play', 'M5 3.2v9.6L12.5 8z'),
  edit: svg('edit', 'M3 13l.6-2.8L11 2.8l2.2 2.2-7.4 7.4z'),
  log: svg('log', 'M3 4h10M3 8h10M3 12h6'),
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
