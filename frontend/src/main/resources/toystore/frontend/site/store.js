// A buy is stored with its key before it is sent, and removed after a final answer. Until then, every press, retry,
// reload and tab sends that key, and the store answers with the same order.

const MOST_PRODUCTS = 1000; // on the page; the server searches a larger store
const MOST_ORDERS = 100;
const LOW_STOCK = 5;
const TIMEOUT = 10_000; // milliseconds
const POLL = 5_000;
const SLOWEST_POLL = 60_000;
const DAY = 86_400_000;
const RETRIES = [1, 2, 4, 8, 15]; // seconds
const OTHER_TAB = 15;
const FINAL = [201, 400, 404, 409, 413, 415, 422];
const BUY = 'toystore.buy.';
const ORDER = 'toystore.order.';

// Prices of the store have no currency. The sample catalog means US dollars.
const money = new Intl.NumberFormat('en', {style: 'currency', currency: 'USD', maximumFractionDigits: 4}).format;
const count = new Intl.NumberFormat('en').format;
const moment = new Intl.DateTimeFormat('en-GB', {dateStyle: 'medium', timeStyle: 'medium'}).format;
const {compare} = new Intl.Collator('en', {numeric: true});

const byId = (id) => document.getElementById(id);
const copyOf = (template) => byId(template).content.firstElementChild.cloneNode(true);
const [search, sort, shelf, connection] = ['search', 'sort', 'products', 'connection'].map(byId);

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function setTime(parent, time) {
  const element = parent.querySelector('time');
  element.dateTime = new Date(time).toISOString();
  element.textContent = moment(new Date(time));
}

let announced = Promise.resolve();

/** Tells screen readers an outcome, one a second. */
function announce(text) {
  announced = announced.then(() => {
    byId('status').textContent = text;
    return new Promise((done) => setTimeout(done, 1000));
  });
}

/** Asks the store. Status 0: no answer, one that is not the store's, or "try again". */
async function ask(path, options) {
  let response;
  try {
    response = await fetch(path, {...options, signal: AbortSignal.timeout(TIMEOUT)});
    const {status} = response;
    const body = await response.json();
    if (status !== 408 && status < 500 && (body.data || body.error.code === status)) return {...body, status};
  } catch {}
  return {status: 0, retryAfter: Number(response?.headers.get('Retry-After'))};
}

// ---- Storage: an item for each buy and order, since tabs share it

let storage = {}; // if it is blocked
try {
  storage = localStorage ?? storage;
} catch {}

function kept(kind) {
  return Object.keys(storage).filter((item) => item.startsWith(kind)).flatMap((item) => {
    try {
      return JSON.parse(storage[item]);
    } catch {
      return [];
    }
  });
}

function keep(item, value) {
  try {
    storage.setItem(item, JSON.stringify(value));
  } catch {} // blocked or full
  return item in storage;
}

// ---- Orders

const inWords = (order) =>
  `Order ${order.order_number}: ${count(order.quantity)} × ${order.name}, ${money(order.total)}.`;

function orderElement(order) {
  const {order_number: number, name, quantity, price, total, time} = order;
  const texts = {number: `Order ${number}`, name, units: count(quantity), price: money(price), total: money(total)};
  const element = copyOf('order-template');
  for (const part in texts) element.querySelector(`.${part}`).textContent = texts[part];
  setTime(element, time);
  element.dataset.number = number;
  return element;
}

/** Shows the newest orders, and forgets the others. */
function showOrders() {
  const orders = kept(ORDER).sort((a, b) => new Date(b.time) - new Date(a.time) || b.order_number - a.order_number);
  for (const {order_number} of orders.splice(MOST_ORDERS)) delete storage[ORDER + order_number];
  byId('orders-list').replaceChildren(...orders.map((order) => {
    const item = document.createElement('li');
    item.append(orderElement(order));
    return item;
  }));
}

let lookUps = 0;

async function lookUp(number) {
  const mine = ++lookUps;
  const {status, data, error} = await ask(`/orders/${encodeURIComponent(number)}`);
  if (mine !== lookUps) return;
  let text = error?.message ?? 'The store cannot be reached now.';
  if (status === 404) text = `There is no order ${number}.`;
  byId('lookup-result').replaceChildren(data ? orderElement(data) : text);
  announce(data ? inWords(data) : text);
}

// ---- Products

const cards = new Map(); // by name

function cardOf(name) {
  if (!cards.has(name)) cards.set(name, new Card(name));
  return cards.get(name);
}

const stockInWords = (left) => (left > LOW_STOCK ? `${count(left)} left` : left ? `Only ${left} left` : 'Sold out');

/** One product and its buy. Its elements stay, and so do focus and typed text. */
class Card {
  product; // as listed last, if it is
  pending = null; // {key, name, quantity, begun} of a buy without a final answer
  state = 'idle'; // sending, waiting, asking, bought, refused
  pressed = 0; // when

  constructor(name) {
    this.name = name;
    this.element = copyOf('product-template');
    this.element.dataset.name = name;
    for (const part of ['form', 'price', 'stock', 'quantity', 'buy', 'verb', 'outcome', 'choice', 'again', 'forget']) {
      this[part] = this.element.querySelector(`.${part}`);
    }
    for (const place of this.element.querySelectorAll('bdi')) place.textContent = name;
    draw(this.element.firstElementChild, name);
    this.form.onsubmit = () => this.press();
    this.buy.onclick = ({detail}) => detail < 2; // not for the second of a double click
    this.quantity.oninput = () => (this.pressed = 0);
    this.again.onclick = () => {
      this.buy.focus();
      this.resume({...this.pending, begun: Date.now()});
    };
    this.forget.onclick = () => {
      this.buy.focus();
      this.end();
      this.refuse('Forgotten.');
    };
    this.stock.onanimationend = () => this.stock.classList.remove('changed');
  }

  list(product) {
    const left = product?.quantity;
    if (product && this.product && left !== this.product.quantity) this.stock.classList.add('changed');
    this.product = product;
    this.element.dataset.stock = left > LOW_STOCK ? 'plenty' : left ? 'low' : product ? 'none' : 'unknown';
    setText(this.price, product ? money(product.price) : '');
    setText(this.stock, product ? stockInWords(left) : 'Not in the list');
    this.show(this.state);
  }

  show(state, outcome) {
    this.state = this.element.dataset.state = state;
    if (outcome !== undefined) this.outcome.replaceChildren(outcome);
    const soldOut = !this.pending && this.product?.quantity === 0;
    const verbs = {sending: 'Sending…', waiting: 'Send now'};
    setText(this.verb, verbs[state] ?? (soldOut ? 'Sold out' : 'Buy'));
    this.buy.ariaDisabled = soldOut || state === 'sending' || state === 'asking';
    this.quantity.readOnly = this.pending !== null;
  }

  refuse(text) {
    this.show('refused', text);
    announce(`${this.name}: ${text}`);
  }

  press() {
    if (this.state === 'sending') return;
    if (this.state === 'asking') return this.again.focus();
    const begun = this.pending ?? kept(BUY).find(({name}) => name === this.name);
    if (begun) return this.resume(begun);
    if (this.product?.quantity === 0) return announce(`${this.name}: sold out.`);
    const pause = Date.now() - this.pressed;
    this.pressed = Date.now();
    if (pause < 1000) return; // Enter is held down, or the answer was fast
    const key = crypto.getRandomValues(new Uint32Array(4)).join('-');
    this.resume({key, name: this.name, quantity: this.quantity.valueAsNumber, begun: Date.now()});
  }

  adopt(buy) {
    this.pending = buy;
    this.typed = this.quantity.value;
    this.quantity.value = buy.quantity;
    this.failures = 0;
  }

  /** Sends a buy if it is stored. After a day, the store may have forgotten its key: asks first. */
  resume(buy) {
    clearInterval(this.countdown);
    if (buy !== this.pending) this.adopt(buy);
    else if (!(BUY + buy.key in storage)) return sync();
    if (Math.abs(Date.now() - buy.begun) > DAY) { // or the clock was set back
      this.show('asking', '');
      setTime(this.choice, buy.begun);
      announce(`${this.name}: an old buy has no answer. Choose Send again or Forget.`);
    } else if (keep(BUY + buy.key, buy)) {
      this.send();
    } else {
      this.pending = null;
      this.refuse('Not sent: this browser stores nothing, so a reload could make a second order.');
    }
  }

  async send() {
    const {key, name, quantity} = this.pending;
    this.show('sending', '');
    const {status, data, error, retryAfter} = await ask('/orders', {
      method: 'POST',
      headers: {'Content-Type': 'application/json', 'Idempotency-Key': key},
      body: JSON.stringify({name, quantity}),
    });
    if (!FINAL.includes(status)) {
      const seconds = RETRIES[this.failures] ?? RETRIES.at(-1);
      if (this.failures++ === 0) announce(`${name}: no answer yet. The page keeps trying.`);
      return this.wait(retryAfter > 0 ? Math.min(retryAfter, 60) : seconds);
    }
    this.end();
    if (status === 201) {
      keep(ORDER + data.order_number, data);
      this.quantity.value = 1;
      this.pressed = Date.now();
      this.show('bought', orderElement(data));
      announce(inWords(data));
    } else if (status === 409) {
      this.refuse(`Only ${count(error.available)} left at that time. Nothing was ordered.`);
    } else {
      this.refuse(`Refused: ${error.message}.`);
    }
    sync();
    refresh();
  }

  wait(seconds) {
    const tick = () => {
      if (seconds > 0) this.show('waiting', `No answer yet. Sending again in ${seconds--} s; it stays one order.`);
      else this.resume(this.pending);
    };
    this.countdown = setInterval(tick, 1000);
    tick();
  }

  /** Ends the buy. */
  end() {
    clearInterval(this.countdown);
    delete storage[BUY + this.pending.key];
    this.pending = null;
    this.quantity.value = this.typed;
  }
}

/** Makes the cards agree with what is stored. Buys that are new here wait some seconds. */
function sync(seconds = OTHER_TAB) {
  for (const buy of kept(BUY)) {
    const card = cardOf(buy.name);
    if (card.pending) continue;
    card.adopt(buy);
    card.wait(seconds);
  }
  for (const card of cards.values()) {
    if (!card.pending || card.state === 'sending' || BUY + card.pending.key in storage) continue;
    card.end();
    card.show('idle', 'Settled in another tab. Orders are in My orders.');
  }
  showOrders();
  filter();
}

// ---- The list, polled by one request at a time

let large = false; // for the page
let answered; // the search that the list answers
let downSince;
let failures = 0;
let loading = false;
let again = false; // asked while loading
let timer;

/** The search, without what no name contains. */
const term = () => search.value.replace(/[\p{Cc}\p{Cs}]/gu, '').trim();

async function refresh() {
  again = loading;
  if (loading || document.hidden) return;
  loading = true;
  clearTimeout(timer);
  const prefix = large ? term() : '';
  const products = await load(prefix);
  loading = false;
  products ? showList(products, prefix) : showDown();
  if (again || (large && prefix !== term())) refresh();
  else timer = setTimeout(refresh, Math.min(POLL * 2 ** failures, SLOWEST_POLL));
}

const parameter = (name, value) => (value ? `&${name}=${encodeURIComponent(value)}` : '');

/** Follows `next` as far as this page shows products. */
async function load(prefix) {
  const products = [];
  let after;
  do {
    const query = `limit=${MOST_PRODUCTS}${parameter('prefix', prefix)}${parameter('after', after)}`;
    const {status, data, next} = await ask(`/products?${query}`);
    if (status !== 200) return null;
    products.push(...data);
    after = next;
  } while (after && products.length < MOST_PRODUCTS);
  if (!prefix) large = Boolean(after) || products.length > MOST_PRODUCTS;
  return products.slice(0, MOST_PRODUCTS);
}

function showList(products, prefix) {
  if (downSince) announce('The store can be reached again.');
  if (connection.contains(document.activeElement)) shelf.focus();
  connection.hidden = true;
  downSince = undefined;
  failures = 0;
  answered = prefix;
  const listed = new Map(products.map((product) => [product.name, product]));
  for (const name of listed.keys()) cardOf(name);
  for (const [name, card] of cards) {
    if (!name.startsWith(prefix)) continue;
    card.list(listed.get(name));
    if (card.product || card.state !== 'idle' || card.element.contains(document.activeElement)) continue;
    card.element.remove();
    cards.delete(name);
  }
  shelf.ariaBusy = false;
  filter();
}

function showDown() {
  failures++;
  if (!downSince) {
    downSince = new Date();
    setTime(connection, downSince);
    announce('The store cannot be reached.');
    connection.hidden = false;
  }
}

/** Sorts the cards. A poll does not: no card moves from under a finger. */
function arrange() {
  const value = ({product: {price, quantity} = {}}) => ({price, '-price': -price, '-stock': -quantity})[sort.value];
  const focused = document.activeElement;
  const sorted = [...cards.values()].sort((a, b) => value(a) - value(b) || compare(a.name, b.name));
  sorted.forEach(({element}, i) => {
    if (shelf.children[i] !== element) shelf.insertBefore(element, shelf.children[i]);
  });
  focused.focus({preventScroll: true});
}

let searched = false; // and the result not announced yet

/** Shows what the search matches, and how much. */
function filter() {
  if (shelf.children.length < cards.size) arrange();
  const wanted = term();
  let found = 0;
  for (const {element, name} of cards.values()) {
    const matches = large ? name.startsWith(wanted) : name.toLowerCase().includes(wanted.toLowerCase());
    element.hidden = !matches;
    if (matches) found++;
  }
  const known = answered === (large ? wanted : '');
  const toys = `${count(found)} ${found === 1 ? 'toy' : 'toys'}`;
  const none = known ? `No toys${wanted && ` called “\u2068${wanted}\u2069”`}.` : 'Loading the toys…';
  setText(byId('count'), known ? toys : '');
  setText(byId('empty'), none);
  byId('empty').hidden = found > 0;
  byId('hint').hidden = !large;
  if (searched && known) {
    searched = false;
    announce(found ? toys : none);
  }
}

let typing;

function searchChanged() {
  filter();
  clearTimeout(typing);
  typing = setTimeout(() => {
    searched = true;
    large ? refresh() : filter();
  }, large ? 250 : 600);
}

// ---- Marks: a toy by the words of a name, in colours by its hash

const TOYS = [
  'penguin tux', 'duck', 'whale dolphin fish', 'house station theatre', 'train track engine tractor excavator',
  'boat ship submarine', 'rocket saucer', 'kite', 'doll robot puppet marionette', 'cup tea',
  'drum piano xylophone tambourine', 'blocks set draughts domino card game puzzle cube', 'top scope',
  'ball yo-yo hoop marble frisbee rope glass', 'beast fox elephant bear horse monkey python',
].map((words) => words.split(' '));
const drawings = getComputedStyle(shelf);

function draw(svg, name) {
  let hash = 0;
  for (const character of name) hash = (hash * 31 + character.codePointAt(0)) % 1e9;
  const fits = (word) => name.toLowerCase().includes(word);
  const [kind] = TOYS.find((words) => words.some(fits)) ?? TOYS[hash % TOYS.length];
  for (const [, colour, d] of drawings.getPropertyValue(`--${kind}`).matchAll(/(\w)([^|"]+)/g)) {
    const path = document.createElementNS(svg.namespaceURI, 'path');
    const chosen = colour in [0, 1, 2] ? `c${(hash + colour * (1 + hash % 4)) % 5}` : colour;
    path.setAttribute('fill', `var(--${chosen})`);
    path.setAttribute('d', d.replace(/o(\d+),(\d+),(\d+)/g,
      (_, x, y, r) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`));
    svg.append(path);
  }
}

// ---- Start

search.oninput = searchChanged;
search.onkeydown = ({key}) => {
  if (key !== 'Escape') return;
  search.value = '';
  searchChanged();
};
sort.onchange = arrange;
byId('retry').onclick = refresh;
byId('print').onclick = () => print();
byId('lookup').onsubmit = () => lookUp(byId('lookup-number').value.replace(/[#\s]/g, ''));
window.onstorage = () => sync();
window.ononline = document.onvisibilitychange = () => {
  sync(); // the back/forward cache misses storage events
  for (const card of cards.values()) if (card.state === 'waiting') card.resume(card.pending);
  refresh();
};

refresh();
sync(0);
