// Shows a lab, a store that is watched, or a recording: all in the JSON format of the lab's server.
// Text from outside is only ever set as text.

const POLL = 1000; // milliseconds
const TIMEOUT = 5000;
const KEPT = 900_000; // of samples, as the lab keeps them
const MOST_EVENTS = 300; // in the table
const MOST_VALUES = 20; // rows of the table of values
const COLOURS = 4; // of epochs
const MOST_EPOCHS = 50; // in the list
const SHORT = 500; // milliseconds without an order

const RUNS = ['starting', 'up', 'silent'];
const ACTIONS = { // and the states in which they are possible
  kill: [...RUNS, 'frozen'],
  freeze: RUNS,
  thaw: ['frozen'],
  stop: RUNS,
  start: ['dead'],
};
const isFault = (kind) => ['kill', 'freeze', 'stop', 'outage'].includes(kind);

const CHARTS = [
  {title: 'Services and epochs', strips: true, times: 'top',
    lines: {catalog: 'catalog', orders_service: 'orders', frontend: 'frontend', epoch: 'epoch'}},
  {title: 'Requests per second', lines: {orders: 'orders', queries: 'queries'}},
  {title: 'Response time, ms', lines: {p50: 'median', p99: '99th percentile'}, log: true},
  {title: 'Failures per second', lines: {failures: 'failures'}},
  {title: 'Sessions', lines: {busy: 'busy', idle: 'idle', queued: 'queued'}},
  {title: 'On the way to the catalog', files: true, lines: {lag: 'orders to apply', reservations: 'reservations'}},
  {title: 'Memory, MiB', lines: {catalog_mib: 'catalog', orders_mib: 'orders', frontend_mib: 'frontend'}},
  {title: 'For sale', lines: {units: 'units'}, close: true, times: 'bottom'},
];

/** The charts of the store: a database has no epochs, and nothing is on the way to the catalog. */
function chartsOf(database) {
  if (!database) return CHARTS;
  const [{lines: {epoch, ...services}, ...states}, ...others] = CHARTS;
  return [{...states, title: 'Services', lines: services}, ...others.filter(({files}) => !files)];
}

const EXITS = ['as expected', 'not shown, or not finished', 'not understood', 'a promise was broken'];

const SHAPES = { // of states and kinds of events
  up: 'M8 2a6 6 0 1 0 .1 0z',
  starting: 'M3 2l11 6-11 6z',
  silent: 'M8 2a6 6 0 1 0 .1 0zM8 4.5a3.5 3.5 0 1 0 .1 0z',
  frozen: 'M3 2h4v12H3zM9 2h4v12H9z',
  dead: 'M4 2l4 4 4-4 2 2-4 4 4 4-2 2-4-4-4 4-2-2 4-4-4-4z',
  stop: 'M3 3h10v10H3z',
  outage: 'M1 6h5v4H1zM10 6h5v4h-5z',
  epoch: 'M8 1l7 7-7 7-7-7z',
  torn_tail: 'M2 2h12v8l-3-2-3 4-3-4-3 3z',
  check: 'M1 8l2-2 4 4 6-7 2 2-8 9z',
};
const LIKE = { // kinds of events that look like a state
  ready: 'up',
  check: 'up',
  start: 'starting',
  thaw: 'starting',
  circuit: 'silent',
  database: 'silent',
  torn_tail: 'silent',
  freeze: 'frozen',
  kill: 'dead',
  outage: 'dead',
};

// ---- Text and elements

const byId = (id) => document.getElementById(id);
const numbers = new Intl.NumberFormat('en', {maximumFractionDigits: 2});
const compact = new Intl.NumberFormat('en', {notation: 'compact', maximumFractionDigits: 4}).format;
const count = (number) => (Number.isFinite(number) ? numbers.format(number) : '–');

/** A time since the start, such as 1:02.250. */
function clock(ms, digits = 0) {
  if (!Number.isFinite(ms)) return '–';
  const seconds = Math.max(0, Math.floor(ms / 10 ** (3 - digits)) / 10 ** digits);
  return `${Math.floor(seconds / 60)}:${(seconds % 60).toFixed(digits).padStart(digits ? digits + 3 : 2, '0')}`;
}

function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

const newShape = () => byId('card').content.querySelector('svg').cloneNode(true);

/** Gives the shape in an element the look of a state or a kind of events. */
function setLook(element, name, colour = `state-${LIKE[name] ?? name}`) {
  element.querySelector('path').setAttribute('d', SHAPES[name] ?? SHAPES[LIKE[name]] ?? SHAPES.stop);
  element.style.setProperty('--state', `var(--${colour})`);
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Shows terms and values, and keeps the elements. */
function setList(list, entries) {
  entries.forEach(([term, value, state = ''], i) => {
    const item = list.children[i] ?? list.appendChild(make('div', {}, make('dt'), make('dd')));
    setText(item.firstChild, term);
    setText(item.lastChild, value);
    item.dataset.state = state;
  });
  for (const item of [...list.children].slice(entries.length)) item.remove();
}

/** Tells the person what happened. Screen readers speak it. */
const say = (text) => setText(byId('status'), text);

/** Shows a result. Tells it, too, unless it is as old as the page. */
function sayAt(element, text) {
  if (element.textContent && element.textContent !== text) say(text);
  setText(element, text);
}

// ---- What is known

let latest; // the last reply, or the recording
let since; // of the next request
let data; // samples: an array of values by column
let events; // by number
let changed; // numbers of events that the table does not show yet
let epochs; // names of epochs, by index
let epochTimes; // when each was first seen
let loaded = false; // all that there was at first

const isReplay = () => latest?.kind === 'recording';
const isLive = () => latest?.kind === 'lab' && latest.actions;
const newest = (column) => data[column]?.at(-1);
const now = () => newest('t') ?? 0;

function forget() {
  latest = undefined;
  since = 0;
  data = {t: []};
  events = new Map();
  changed = new Set();
  epochs = [];
  epochTimes = [];
  byId('events').replaceChildren();
  byId('epochs').replaceChildren();
}

function take(reply) {
  const columns = reply.columns ?? [];
  for (const sample of reply.samples ?? []) {
    columns.forEach((column, i) => (data[column] ??= []).push(sample[i] ?? null));
    const epoch = newest('epoch');
    if (epoch != null) epochTimes[epoch] ??= now();
  }
  (reply.epochs ?? []).forEach((name, i) => (epochs[(reply.epochs_from ?? 0) + i] = name));
  for (const event of reply.events ?? []) {
    if (event.kind === 'outage' && loaded) tellOutage(event);
    events.set(event.n, event);
    changed.add(event.n);
  }
  latest = {...latest, ...reply, samples: undefined, events: undefined};
  since = reply.next ?? since;
  if (!isReplay()) dropOld();
}

function dropOld() {
  const old = indexOf(now() - KEPT);
  if (old < 100) return;
  for (const column in data) data[column].splice(0, old);
  for (const [n, {t, end, kind}] of events) {
    if ((end ?? (isFault(kind) ? now() : t)) < data.t[0]) events.delete(n);
  }
}

/** The first sample that is not older. */
function indexOf(time) {
  let [low, high] = [0, data.t.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (data.t[middle] < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function tellOutage({n, t, end}) {
  const before = events.get(n);
  if (end == null) {
    if (!before) say(`${clock(t, 1)}: no order is acknowledged.`);
  } else if (before ? before.end == null : end - t > SHORT) {
    say(`${clock(end, 1)}: orders again, after ${count(end - t)} ms without.`);
  }
}

// ---- Requests

const token = /^#token=([0-9a-fA-F]+)$/.exec(location.hash)?.[1];

/** Asks the lab. Status 0: no answer, or one that is not the lab's. */
async function ask(path, options) {
  try {
    const response = await fetch(path, {...options, signal: AbortSignal.timeout(TIMEOUT)});
    return {status: response.status, body: (await response.json()) ?? {}};
  } catch {
    return {status: 0, body: {}};
  }
}

async function act(request, words) {
  const {status, body} = await ask('/api/action', {
    method: 'POST',
    headers: {'Content-Type': 'application/json', Authorization: `Bearer ${token}`},
    body: JSON.stringify(request),
  });
  const reason = body.error?.message ?? 'the lab cannot be reached';
  say(`${clock(now(), 1)}: ${status === 202 ? `${words}.` : `${words} was refused: ${reason}.`}`);
  poll();
}

let timer;
let polling = false;
let down = false;

async function poll() {
  if (polling || document.hidden) return;
  polling = true;
  clearTimeout(timer);
  const reached = await takeAll();
  polling = false;
  if (reached === down) {
    down = !reached;
    const since = new Date().toLocaleTimeString('en-GB');
    const text = down ? `The lab cannot be reached since ${since}.` : 'The lab can be reached again.';
    say(text);
    byId('connection').hidden = reached;
    byId('since').textContent = text;
  }
  show();
  if (!isReplay()) timer = setTimeout(poll, POLL);
}

/** Takes replies until there are no more samples. Returns whether the lab could be reached. */
async function takeAll() {
  for (;;) {
    const {status, body} = await ask(`/api/state?since=${since}`);
    if (status !== 200) return false;
    if (body.kind === 'recording') {
      const recording = await ask('/api/recording');
      if (recording.status === 200) replay(recording.body);
      return recording.status === 200;
    }
    const isOther = latest && body.started !== latest.started; // lab, at the same address
    if (isOther) forget();
    else take(body);
    if (!isOther && !body.more) return (loaded = true);
  }
}

function replay(recording) {
  forget();
  latest = {kind: 'recording', started: recording.started};
  take({...recording, kind: 'recording', actions: false});
  byId('span').append(new Option('all of it', Infinity, true, true));
  view.span = Infinity;
}

// ---- Services, score and facts

const cards = new Map(); // by name of the service

function cardOf(name) {
  if (!cards.has(name)) {
    const card = byId('card').content.firstElementChild.cloneNode(true);
    card.dataset.service = name;
    card.querySelector('h3').textContent = name;
    const actions = card.querySelector('.actions');
    for (const action in ACTIONS) {
      const verb = action === 'kill' ? 'kill -9' : action;
      const words = `${verb} ${name}`;
      const button = make('button', {ariaLabel: words}, verb);
      button.dataset.action = action;
      button.onclick = () => {
        if (button.ariaDisabled === 'true') say(`${words}: not possible while it is ${card.dataset.state}.`);
        else if (action === 'kill') kill([name]);
        else act({action, services: [name]}, words);
      };
      actions.append(button);
    }
    byId('cards').append(card);
    cards.set(name, card);
  }
  return cards.get(name);
}

function showService({name, state, pid, since, exit_code: exitCode, mib}) {
  const card = cardOf(name);
  card.dataset.state = state ?? 'unknown';
  setLook(card, state);
  setText(card.querySelector('.state'), state ?? 'unknown');
  const facts = [
    since != null && `since ${clock(since, 1)}`,
    pid != null && `pid ${pid}`,
    exitCode != null && `exit code ${exitCode}`,
    mib != null && state !== 'dead' && `${count(mib)} MiB`,
  ];
  setText(card.querySelector('.facts'), facts.filter(Boolean).join(' · '));
  card.querySelector('.actions').hidden = !isLive();
  for (const button of card.querySelectorAll('button')) {
    button.ariaDisabled = down || !ACTIONS[button.dataset.action].includes(state);
  }
}

function showScore() {
  const {score, check} = latest;
  byId('score').hidden = !score;
  if (!score) return;
  const promise = (name) => [name, count(score[name]), score[name] > 0 ? 'broken' : check?.state === 'done' ? 'kept' : ''];
  setList(byId('tiles'), [
    ['acknowledged', count(score.acknowledged)],
    ['sent again', count(score.sent_again)],
    promise('lost'),
    promise('doubled'),
    promise('oversold'),
    ...(score.other ? [promise('other')] : []),
  ]);
  const checked = byId('checked');
  checked.hidden = !check;
  if (!check) return;
  const names = ['lost', 'doubled', 'oversold', ...(check.other ? ['other'] : [])];
  const found = names.map((name) => `${count(check[name])} ${name}`).join(', ');
  const isDone = check.state === 'done' && check.lost != null;
  const result = isDone ? `Checked at ${clock(check.t)}: ${found}` : `The check at ${clock(check.t)} was not finished`;
  sayAt(checked.firstElementChild, check.state === 'running' ? 'Checking…' : result);
  setText(checked.lastElementChild, (check.lines ?? []).join('\n'));
}

function showFacts() {
  const {recovery, database} = latest;
  const torn = recovery?.torn_bytes ? `${count(recovery.torn_bytes)} torn bytes` : 'no torn bytes';
  const [circuits, cache] = [newest('circuits'), newest('cache')];
  setList(byId('facts'), [
    ['Circuits open', count(circuits), circuits > 0 ? 'broken' : ''],
    ['Cache', cache == null ? '–' : cache ? 'live' : 'not live', cache === 0 ? 'broken' : ''],
    ...(database ? databaseFacts(database) : [
      ['Order log', `${count(newest('log_bytes'))} bytes`],
      ['Last recovery', recovery ? `${count(recovery.orders)} orders, ${torn}, ${count(recovery.ms)} ms` : '–'],
    ]),
  ]);
}

function databaseFacts({name, orders, problem}) {
  const state = problem ?? (orders == null ? '–' : 'replies');
  return [
    ['Database', name],
    ['State of the database', state, problem ? 'broken' : ''],
    ['Orders of all cells', count(orders)],
  ];
}

function showEpochs() {
  const list = byId('epochs');
  byId('epochs-heading').hidden = list.parentElement.hidden = Boolean(latest.database);
  const known = [latest.started, epochs.length, epochTimes.length].join();
  if (list.dataset.known === known) return;
  list.dataset.known = known;
  list.replaceChildren(...epochs.map((name, i) => {
    const item = make('li', {}, newShape(), make('code', {}, name), make('span', {}, clock(epochTimes[i], 1)));
    setLook(item, 'epoch', `line-${i % COLOURS}`);
    return item;
  }).slice(-MOST_EPOCHS).reverse());
}

function showEvents() {
  const table = byId('events');
  for (const n of [...changed].sort((a, b) => a - b)) {
    const {t, end, kind, text} = events.get(n) ?? {};
    let row = table.querySelector(`[data-n="${Number(n)}"]`);
    if (!row) {
      row = make('tr', {}, make('td'), make('td', {}, newShape(), make('span')), make('td'));
      Object.assign(row.dataset, {n, kind, t});
      setLook(row, kind);
      table.insertBefore(row, [...table.rows].find((other) => other.dataset.t <= t));
    }
    const [at, what, outage] = row.children;
    setText(at, clock(t, 3));
    setText(what.lastChild, text ?? kind);
    setText(outage, isFault(kind) || kind === 'database' ? (end == null ? '…' : count(end - t)) : '');
  }
  changed.clear();
  for (const row of [...table.children].slice(MOST_EVENTS)) row.remove();
}

// ---- Weak modes and traces

function showModes() {
  const {modes, mode} = latest;
  byId('weak').hidden = !mode && !(isLive() && modes?.length);
  byId('mode').hidden = !isLive();
  const list = byId('modes');
  if (!list.children.length) {
    list.append(...(modes ?? []).map(({name, rule: statement}, i) => {
      const input = make('input', {type: 'radio', name: 'mode', value: name, checked: i === 0});
      const rule = make('span', {className: 'quiet'}, statement ?? '');
      return make('li', {}, make('label', {}, input, make('code', {}, name), rule));
    }));
  }
  for (const button of byId('mode').querySelectorAll('button')) button.ariaDisabled = Boolean(mode?.running);
  byId('run-heading').hidden = byId('lines').hidden = !mode;
  if (!mode) return;
  const result = mode.running ? 'running…' : EXITS[mode.exit_code] ?? `exit code ${mode.exit_code}`;
  const rule = mode.correct ? 'with the rule' : 'without the rule';
  sayAt(byId('run-heading'), `${mode.name}, seed ${mode.seed}, ${rule}: ${result}`);
  const lines = mode.lines ?? [];
  const text = lines.join('\n');
  if (byId('lines').textContent === text) return;
  byId('lines').replaceChildren(...lines.flatMap((line, i) => {
    const end = i < lines.length - 1 ? '\n' : '';
    if (line.includes('<-')) return [make('mark', {}, line), end];
    return [/^[A-Z]{3}/.test(line) ? make('strong', {}, line) : line, end];
  }));
}

byId('mode').onsubmit = ({submitter}) => {
  const mode = byId('mode').elements.mode.value;
  const correct = submitter?.value === 'with';
  const words = `${mode} ${correct ? 'with' : 'without'} the rule`;
  if (latest?.mode?.running) return say(`${latest.mode.name} still runs.`);
  act({action: 'mode', mode, correct, seed: byId('mode-seed').valueAsNumber}, words);
};

byId('look-up').onsubmit = async () => {
  const id = byId('trace-id').value.trim();
  const {status, body} = await ask(`/api/trace?id=${encodeURIComponent(id)}`);
  const spans = status === 200 ? body.spans ?? [] : [];
  const none = status ? `No trace of “\u2068${id}\u2069” was found.` : 'The lab cannot be reached.';
  byId('spans').replaceChildren(spans.length ? bars(spans) : none);
  say(spans.length ? `${id}: ${spans.length} spans.` : none);
};

/** A bar for each span, on one scale of time. */
function bars(spans) {
  const start = Math.min(...spans.map((span) => span.start_ms));
  const length = Math.max(...spans.map((span) => span.start_ms + span.ms)) - start || 1;
  return make('ol', {role: 'list'}, ...spans.map(({service, name, start_ms: at, ms}) => {
    const bar = make('i');
    bar.style.marginLeft = `${(100 * (at - start)) / length}%`;
    bar.style.width = `${(100 * ms) / length}%`;
    const label = make('span', {}, make('b', {}, service ?? ''), ` ${name ?? ''}`);
    const item = make('li', {}, label, make('span', {className: 'track'}, bar), make('span', {}, `${count(ms)} ms`));
    item.dataset.service = service;
    return item;
  }));
}

// ---- Charts: one axis of time, one cursor

const view = {span: Number(byId('span').value), end: null}; // milliseconds; no end: it follows the newest sample
const first = () => data.t[0] ?? 0;

function range() {
  if (view.span === Infinity) return [first(), Math.max(now(), first() + 1)];
  const end = view.end ?? Math.max(now(), first() + view.span);
  return [end - view.span, end];
}

let colours = {}; // of the style sheet, by name

function colour(name) {
  return (colours[name] ??= getComputedStyle(document.body).getPropertyValue(`--${name}`).trim() || '#888');
}

function clipped(plot, paint) {
  const {ctx, bbox: {left, top, width, height}} = plot;
  ctx.save(); // uPlot remembers the state of its canvas
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  paint(ctx, (time) => plot.valToPos(time, 'x', true), top, height, devicePixelRatio);
  ctx.restore();
}

/** Draws faults behind the lines, and the times without orders as a bar at the top. */
const drawFaults = (plot) => clipped(plot, (ctx, x, top, height, pixel) => {
  for (const {t, end, kind} of events.values()) {
    if (!isFault(kind)) continue;
    const isOutage = kind === 'outage';
    ctx.fillStyle = colour(isOutage ? 'state-dead' : `band-${kind}`);
    ctx.fillRect(x(t), top, Math.max(x(end ?? now()) - x(t), pixel), isOutage ? 3 * pixel : height);
  }
});

const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600].map((seconds) => seconds * 1000);
const FONT = '11px system-ui, sans-serif';

const GRID = {stroke: () => colour('grid'), width: 1};
const decades = (plot, values) => values.map((value) => (Math.log10(value) % 1 ? null : value));

const axis = (options) => ({
  gap: 4,
  font: FONT,
  stroke: () => colour('quiet'),
  grid: GRID,
  ticks: {show: false},
  ...options,
});

const timeAxis = (place) => axis({
  side: place === 'top' ? 0 : 2,
  size: place ? 22 : 2,
  space: 56,
  incrs: TIME_STEPS,
  values: (plot, times) => times.map((time) => (place ? clock(time) : '')),
});

const valueAxis = (options) => axis({
  size: 56,
  space: 24,
  values: (plot, values) => values.map((value) => (value == null ? '' : compact(value))),
  ...options,
});

/** Where a chart begins and ends: at 0, or close to its values. */
function limits({log, close, strips, lines}) {
  if (strips) return [0, Object.keys(lines).length];
  if (log) return (plot, low, high) => (high > 0 ? [10 ** Math.floor(Math.log10(low)), high * 1.3] : [1, 10]);
  if (close) return (plot, low, high) => (low == null ? [0, 1] : uPlot.rangeNum(low, high, 0.15, true));
  return (plot, low, high) => [0, high > 0 ? high * 1.1 : 1];
}

const line = (name, i) => ({
  stroke: () => colour(`line-${i}`),
  fill: i === 0 ? () => colour('area') : undefined,
  width: 1.5,
  dash: i === 2 ? [4, 3] : undefined,
  points: {show: false},
});

const epochName = (i) => String(epochs[i] ?? '–').slice(0, 8);

function textOf(value, column) {
  if (column === 'epoch') return epochName(value);
  return typeof value === 'string' ? value : count(value);
}

/** Draws the states of the services, and the epochs. Less of a service is less of a strip. */
const drawStrips = (names) => (plot) => {
  const [times, ...rows] = plot.data;
  const heights = {up: 14, frozen: 14, starting: 7, silent: 7};
  clipped(plot, (ctx, x, top, height, pixel) => rows.forEach((row, i) => {
    const middle = top + (height * (i + 0.5)) / rows.length;
    const isEpoch = names[i] === 'epoch';
    ctx.font = FONT.replace('11', 11 * pixel);
    ctx.textBaseline = 'middle';
    ctx.textAlign = 'left';
    for (let from = 0, to; from < row.length; from = to) {
      const value = row[from];
      for (to = from + 1; to < row.length && row[to] === value;) to++;
      if (value == null) continue;
      const left = Math.max(x(times[from]), plot.bbox.left);
      const right = x(times[to] ?? times.at(-1));
      const size = pixel * (isEpoch ? 14 : heights[value] ?? 3);
      ctx.fillStyle = colour(isEpoch ? `line-${value % COLOURS}` : `state-${value}`);
      ctx.fillRect(left, middle - size / 2, Math.max(right - left, 1), size);
      if (!isEpoch || ctx.measureText(epochName(value)).width + 8 * pixel > right - left) continue;
      ctx.fillStyle = colour('on-strip');
      ctx.fillText(epochName(value), left + 4 * pixel, middle);
    }
  }));
};

class Chart {
  constructor(definition) {
    const {title, lines, log, strips, times} = definition;
    this.lines = Object.keys(lines);
    this.values = this.lines.map(() => make('b'));
    const names = Object.values(lines);
    const legend = names.map((name, i) => make('li', {}, make('i'), `${name} `, this.values[i]));
    const place = make('div', {className: 'plot', role: 'img', ariaLabel: `Plot: ${title}`});
    const caption = make('figcaption', {}, make('h3', {}, title), make('ul', {role: 'list'}, ...legend));
    byId('charts').append(make('figure', {}, caption, place));
    const width = () => Math.max(place.clientWidth, 100);
    const rows = strips && {splits: () => names.map((name, i) => names.length - i - 0.5), values: () => names, grid: {show: false}};
    this.plot = new uPlot({
      width: width(),
      height: times ? 108 : 90,
      padding: [6, 12, 0, 0],
      legend: {show: false},
      cursor: {y: false, drag: {x: true, y: false, setScale: false}, sync: {key: 'room'}, points: {size: 6}},
      scales: {x: {time: false, range}, y: {range: limits(definition), distr: log ? 3 : 1}},
      axes: [timeAxis(times), valueAxis(log ? {grid: {...GRID, filter: decades}} : rows)],
      series: [{}, ...names.map(strips ? () => ({show: false}) : line)],
      hooks: {
        drawClear: [drawFaults],
        draw: strips ? [drawStrips(this.lines)] : [],
        setCursor: [(plot) => this.read(plot)],
        setSelect: [zoom],
      },
    }, this.columns(0, 0), place);
    const {height} = this.plot;
    new ResizeObserver(() => this.plot.width !== width() && this.plot.setSize({width: width(), height})).observe(place);
  }

  columns(from, to) {
    return ['t', ...this.lines].map((column) => (data[column] ?? []).slice(from, to));
  }

  draw(from, to) {
    this.plot.setData(this.columns(from, to));
    this.read(this.plot);
  }

  /** Shows the values at the cursor, or the last ones. */
  read({cursor: {idx}, data: [times, ...rows]}) {
    const index = idx ?? times.length - 1;
    this.values.forEach((element, i) => setText(element, textOf(rows[i][index], this.lines[i])));
    setText(byId('moment'), idx == null ? '' : `at ${clock(times[index], 2)}`);
  }
}

let charts = [];
let drawn; // the definitions of these charts

/** Makes the charts of the store, which another one may have replaced at the same place. */
function drawCharts() {
  if (drawn && (drawn !== CHARTS) === Boolean(latest?.database)) return;
  for (const {plot} of charts) plot.destroy();
  byId('charts').replaceChildren();
  drawn = chartsOf(latest?.database);
  charts = drawn.map((each) => new Chart(each));
}

let drawing = false;

/** Draws what the view shows, once for many changes. */
function draw() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    drawCharts();
    const [start, end] = range();
    const [from, to] = [Math.max(indexOf(start) - 1, 0), indexOf(end) + 1];
    charts.forEach((chart) => chart.draw(from, to));
    Object.assign(byId('end'), {
      min: first() + Math.min(view.span, now() - first()),
      max: now(),
      value: end,
      ariaValueText: clock(end),
      disabled: view.span === Infinity,
    });
    if (byId('values').open) showValues(from, to);
  });
}

function look(span, end) {
  view.span = span;
  view.end = end < now() ? end : null;
  draw();
}

function zoom(plot) {
  const {left, width} = plot.select;
  if (width < 4) return;
  const [from, to] = [left, left + width].map((x) => plot.posToVal(x, 'x'));
  plot.setSelect({left: 0, width: 0}, false);
  look(to - from, to);
}

/** The last values in view, for people who do not see the plots. */
function showValues(from, to) {
  const columns = drawn.flatMap(({lines}) => Object.entries(lines));
  const head = make('tr', {}, ...['at', ...columns.map(([, name]) => name)].map((name) =>
    make('th', {scope: 'col'}, name)));
  const rows = [];
  for (let i = Math.min(to, data.t.length) - 1; i >= from && rows.length < MOST_VALUES; i--) {
    const cells = columns.map(([column]) => make('td', {}, textOf(data[column]?.[i], column)));
    rows.push(make('tr', {}, make('th', {scope: 'row'}, clock(data.t[i], 2)), ...cells));
  }
  byId('values').querySelector('table').replaceChildren(make('thead', {}, head), make('tbody', {}, ...rows));
}

byId('span').onchange = () => look(Number(byId('span').value), view.end);
byId('end').oninput = () => look(view.span, Number(byId('end').value));
byId('charts').ondblclick = () => look(Number(byId('span').value), null);
byId('values').ontoggle = draw;
byId('charts').onkeydown = ({key}) => {
  const step = {ArrowLeft: -1, ArrowRight: 1}[key];
  if (!step && key !== 'Escape') return;
  for (const {plot} of charts) {
    const last = plot.data[0].length - 1;
    const index = Math.min(Math.max((plot.cursor.idx ?? last) + step, 0), last);
    const left = step ? plot.valToPos(plot.data[0][index], 'x') : -10;
    plot.setCursor({left, top: step ? 1 : -10}, true, false);
  }
};

// ---- The whole page

const ABOUT = {
  lab: ({folder, seed}) => `A store of its own in ${folder}, with shoppers (seed ${seed}).`,
  watch: ({folder}) => `Watches the store in ${folder}. This page only reads.`,
  recording: ({started}) => `A recording of ${clock(now())} minutes, begun at ${started}.`,
};

function show() {
  if (!latest) return;
  const {kind, title, services, random, check} = latest;
  setText(byId('title'), title ?? '');
  setText(byId('about'), ABOUT[kind]?.(latest) ?? '');
  byId('save').hidden = isReplay();
  byId('controls').hidden = byId('check').hidden = !isLive();
  byId('trace').hidden = isReplay();
  const traces = (latest.traces ?? []).map(({id, ms}) => new Option(`${count(ms)} ms`, id));
  if (byId('trace-id') !== document.activeElement) byId('traces').replaceChildren(...traces);
  (services ?? []).forEach(showService);
  const on = Boolean(random?.on);
  const button = byId('random').querySelector('button');
  setText(button, on ? 'Stop faults' : 'Random faults');
  button.className = on ? 'main' : '';
  byId('random-seed').readOnly = on;
  byId('check').ariaDisabled = check?.state === 'running';
  showScore();
  showFacts();
  showEpochs();
  showEvents();
  showModes();
  draw();
}

function kill(services) {
  const restart = byId('restart').checked ? undefined : false;
  act({action: 'kill', services, restart}, `kill -9 ${services.join(' and ')}`);
}
byId('several').onsubmit = () => kill(byId('pair').value.split(' '));
byId('all').onclick = () => kill(['catalog', 'orders', 'frontend']);
byId('random').onsubmit = () => {
  const on = !latest.random?.on;
  act({action: 'random', on, seed: byId('random-seed').valueAsNumber}, `Random faults ${on ? 'on' : 'off'}`);
};
byId('check').onclick = () => {
  if (byId('check').ariaDisabled !== 'true') act({action: 'check'}, 'Check');
};
document.onvisibilitychange = poll;
matchMedia('(prefers-color-scheme: dark)').onchange = () => {
  colours = {};
  draw();
};

forget();
const recording = byId('recording');
if (recording) {
  replay(JSON.parse(recording.textContent));
  show();
} else {
  poll();
}
