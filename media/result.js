// The page of the result view. What it shows comes as a message and is put in as text, never as markup.
(() => {
  'use strict';

  const host = acquireVsCodeApi();
  const find = (selector) => document.querySelector(selector);
  const words = document.body.dataset;

  /** An element with text or children. */
  function make(tag, className, ...children) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    element.append(...children);
    return element;
  }

  function show({ model, running }) {
    find('#busy').hidden = !running;
    const main = find('#result');
    main.hidden = !model;
    main.setAttribute('aria-busy', String(running));
    if (model) showModel(main, model);
    main.classList.toggle('running', running);
  }

  function showModel(main, model) {
    main.className = model.look;
    find('#status').textContent = model.status;
    find('#title').textContent = model.title;
    find('#subtitle').textContent = model.subtitle;
    showError(model.error);
    showResponse(model.response);
    find('#facts').replaceChildren(...model.facts.map(makeFact));
    find('#parts').replaceChildren(...model.parts.map(makePart));
    showLines('#stack', model.stack);
    showLines('#log', model.log, model.logNote);
    find('#log').classList.toggle('waiting', model.waiting);
    find('[data-open-part="log"]').hidden = !model.canOpenLog;
  }

  function showError(error) {
    const section = find('#error');
    section.hidden = !error;
    if (!error) return;
    const link = section.querySelector('button');
    section.querySelector('strong').textContent = error.type;
    section.querySelector('p').textContent = error.message;
    link.hidden = !error.place;
    link.textContent = error.place ? error.place.text : '';
    link.onclick = () => host.postMessage({ type: 'place', index: error.place.index });
  }

  function showResponse(response) {
    find('#response').hidden = !response;
    if (!response) return;
    const status = find('#response-status');
    status.textContent = response.status;
    status.className = response.look;
    find('#headers').hidden = response.headers.length === 0;
    find('#headers summary').textContent = response.headersTitle;
    find('#headers tbody').replaceChildren(...response.headers.map(makeHeader));
  }

  function makeHeader([name, value]) {
    const title = make('th', '', name);
    title.scope = 'row';
    return make('tr', '', title, make('td', '', value));
  }

  function makeFact({ label, value, detail, share, code }) {
    const box = make('div', code && value.length > 20 ? 'wide' : '', make('dt', '', label), make('dd', code ? 'code' : '', value));
    if (detail) box.append(make('dd', 'detail', detail));
    if (share !== undefined) box.append(makeMeter(label, share));
    return box;
  }

  function makeMeter(label, share) {
    const bar = make('span');
    bar.style.width = `${Math.max(2, share * 100)}%`;
    const meter = make('dd', share > 0.85 ? 'meter high' : 'meter', bar);
    meter.setAttribute('role', 'meter');
    meter.setAttribute('aria-label', label);
    meter.setAttribute('aria-valuemin', '0');
    meter.setAttribute('aria-valuemax', '100');
    meter.setAttribute('aria-valuenow', String(Math.round(share * 100)));
    return meter;
  }

  function makePart({ name, title, note, kind, text, image, cutNote }) {
    const heading = make('h2', '', title);
    heading.id = `${name}-title`;
    const tools = make('span', 'tools');
    if (kind !== 'empty') tools.append(makeTool(words.open, 'open', name), makeTool(words.save, 'save', name));
    const section = make('section', '', make('div', 'bar', heading, make('span', 'about', note), tools));
    section.setAttribute('aria-labelledby', heading.id);
    section.dataset.part = name;
    if (cutNote) section.append(make('p', 'note', cutNote));
    if (image) section.append(makeImage(image, title));
    else if (text) section.append(makeText(kind, text));
    return section;
  }

  function makeTool(label, type, part) {
    const button = make('button', 'quiet', label);
    button.type = 'button';
    button.onclick = () => host.postMessage({ type, part });
    return button;
  }

  function makeImage(source, title) {
    const image = make('img');
    image.src = source;
    image.alt = title;
    return image;
  }

  function makeText(kind, text) {
    const pre = make('pre', kind, ...(kind === 'json' ? colour(text) : [text]));
    pre.tabIndex = 0;
    return pre;
  }

  const token = /("(?:[^"\\\n]|\\.)*"?)(\s*:)?|(-?\d[\d.eE+-]*)|\b(?:true|false|null)\b/g;

  /** JSON text with its tokens told apart. */
  function colour(text) {
    const pieces = [];
    let end = 0;
    for (const match of text.matchAll(token)) {
      const [whole, string, colon, number] = match;
      pieces.push(text.slice(end, match.index));
      if (string === undefined) pieces.push(make('span', number === undefined ? 'word' : 'number', whole));
      else pieces.push(make('span', colon ? 'key' : 'string', string), colon ?? '');
      end = match.index + whole.length;
    }
    return [...pieces, text.slice(end)];
  }

  function showLines(selector, lines, note = '') {
    const section = find(selector);
    section.hidden = lines.length === 0 && !note;
    section.querySelector('.note').textContent = note;
    section.querySelector('pre').replaceChildren(...lines.flatMap((line, index) => [index ? '\n' : '', makeLine(line)]));
  }

  function makeLine({ text, links, look }) {
    const line = make('span', look ?? '');
    let end = 0;
    for (const link of links) {
      if (link.start < end) continue;
      line.append(text.slice(end, link.start), makeLink(text.slice(link.start, link.end), link.index));
      end = link.end;
    }
    line.append(text.slice(end));
    return line;
  }

  function makeLink(text, index) {
    const button = make('button', 'link', text);
    button.type = 'button';
    button.onclick = () => host.postMessage({ type: 'place', index });
    return button;
  }

  for (const button of document.querySelectorAll('[data-type]')) {
    button.addEventListener('click', () => host.postMessage({ type: button.dataset.type }));
  }
  for (const button of document.querySelectorAll('[data-open-part]')) {
    button.addEventListener('click', () => host.postMessage({ type: 'open', part: button.dataset.openPart }));
  }
  window.addEventListener('message', ({ data }) => show(data));
  host.postMessage({ type: 'ready' });
})();
