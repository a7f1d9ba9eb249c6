// Three readers of one flood, two of them on purpose too slow: what they miss is told to them.
const READINGS = 20000;
const SECONDS = 10;
const SENSORS = 20;
const READING_BYTES = 4000; // what the kernel and the browser hold, some 5 MB, is then full within a second
const SLOW = 1 / 5; // of what is published a slow reader takes so much meanwhile
const SLICE_BYTES = 50000;
const MOST_PER_POST = 500;
const CATCH_UP_MILLIS = 60000;
const MOST_TOLD = 50; // lines of a list
const numbers = new Intl.NumberFormat('en');

const start = document.getElementById('start');
const state = document.getElementById('state');
const published = document.getElementById('published');

function tell(kind, text) {
  state.className = `state ${kind}`;
  state.textContent = text;
}

// What a column shows of its reader.
function createColumn(id) {
  const section = document.getElementById(id).parentElement;
  section.append(document.getElementById('figures').content.cloneNode(true));
  const part = (selector) => section.querySelector(selector);
  const told = part('.told');
  told.setAttribute('aria-label', `What the reader ${id} was told`);
  part('progress').setAttribute('aria-label', `How far the reader ${id} is`);
  let figures = null;

  return {
    id,
    begin() {
      figures = { received: 0, missed: 0, last: null };
      told.replaceChildren();
      part('.sum').className = 'sum';
      this.show();
    },
    event(event) {
      if (event.type === 'message') {
        figures.received++;
        figures.last = JSON.parse(event.data);
      } else if (event.type === 'sse.gap') {
        const { missed, reason, policy } = JSON.parse(event.data);
        figures.missed += missed; // null where nobody knows: the sum is then wrong, as it should be
        const item = document.createElement('li');
        item.textContent = `${numbers.format(missed)} ${policy === 'conflate' ? 'merged' : 'missed'} (${reason})`;
        told.prepend(item);
        if (told.childElementCount > MOST_TOLD) {
          told.lastElementChild.remove();
        }
      }
    },
    accounted: () => figures.received + figures.missed,
    show() {
      const { received, missed, last } = figures;
      part('.received').textContent = numbers.format(received);
      part('.missed').textContent = numbers.format(missed);
      part('.last').textContent = last ? `no. ${numbers.format(last.number)}: ${last.celsius} °C` : 'none';
      part('progress').value = last ? last.number : 0;
      part('.sum').textContent = '';
    },
    sum(total) {
      const { received, missed } = figures;
      const isRight = received + missed === total;
      const parts = [received, missed, received + missed].map((each) => numbers.format(each));
      this.show();
      part('.sum').className = `sum ${isRight ? 'good' : 'bad'}`;
      part('.sum').textContent = `${parts[0]} received + ${parts[1]} told = ${parts[2]} ${
        isRight ? 'published' : `, but ${numbers.format(total)} were published`}`;
      return isRight;
    },
  };
}

async function open(path, signal) {
  const response = await fetch(path, { cache: 'no-store', signal });
  if (!response.ok) {
    const hint = response.status === 404 ? '; conf/bridge.json has the routes of this page' : '';
    throw new Error(`the bridge has refused the stream: ${response.status}${hint}`);
  }
  return response;
}

// Reads a stream, no faster than pace() lets it: what is not read stays in the socket, which then takes no more.
async function read(response, onEvent, pace) {
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      throw new Error('the server has ended the stream');
    }
    const blocks = (rest + decoder.decode(value, { stream: true })).split('\n\n');
    rest = blocks.pop();
    let taken = 0;
    for (const block of blocks) {
      const event = parse(block);
      if (event.data !== null) {
        onEvent(event);
      }
      taken += block.length;
      if (taken >= SLICE_BYTES) {
        await pace(taken);
        taken = 0;
      }
    }
  }
}

// Enough for what this bridge writes; a page of yours takes sse-bridge.js, which reads all that the standard permits.
function parse(block) {
  const event = { type: 'message', data: null };
  for (const line of block.split('\n')) {
    if (line.startsWith('event: ')) {
      event.type = line.slice(7);
    } else if (line.startsWith('data: ')) {
      event.data = (event.data === null ? '' : `${event.data}\n`) + line.slice(6);
    }
  }
  return event;
}

const sleep = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

function reading(number) {
  const sensor = `sensor ${number % SENSORS + 1}`;
  const json = { number, sensor, celsius: Math.round(200 + 50 * Math.sin(number / 500) + number % SENSORS) / 10 };
  return JSON.stringify({ ...json, filling: '.'.repeat(READING_BYTES - JSON.stringify(json).length - 16) });
}

// Publishes them evenly over the time; as fast as the bridge takes them, where it is slower.
async function publish(path, onPublished) {
  const began = performance.now();
  let count = 0;
  while (count < READINGS) {
    const due = Math.min(READINGS, Math.ceil((performance.now() - began) / 1000 * READINGS / SECONDS));
    const some = Array.from({ length: Math.min(due - count, MOST_PER_POST) }, (each, i) => reading(count + i + 1));
    if (some.length > 0) {
      const headers = { 'content-type': 'application/x-ndjson' };
      const response = await fetch(path, { method: 'POST', headers, body: some.join('\n') });
      if (!response.ok) {
        throw new Error(`the bridge has refused the readings: ${response.status}`);
      }
      count += (await response.json()).published;
      onPublished(count);
    }
    await sleep(50);
  }
}

const columns = ['fast', 'gap', 'conflate'].map(createColumn);

async function run() {
  const path = `/slow/${[...crypto.getRandomValues(new Uint32Array(2))].map((each) => each.toString(36)).join('')}`;
  const stop = new AbortController();
  let count = 0;
  let isOver = false;
  const paces = {
    fast: () => () => {},
    slow() {
      let taken = 0;
      return async (bytes) => {
        taken += bytes;
        while (!isOver && taken > count * READING_BYTES * SLOW) {
          await sleep(20);
        }
      };
    },
  };
  const onPublished = (all) => {
    count = all;
    published.textContent = numbers.format(all);
  };
  const showing = setInterval(() => columns.forEach((column) => column.show()), 200);
  try {
    columns.forEach((column) => column.begin());
    const streams = await Promise.all(columns.map((column) => open(`${path}/${column.id}`, stop.signal)));
    const failed = Promise.race(columns.map((column, i) =>
      read(streams[i], (event) => column.event(event), (column.id === 'fast' ? paces.fast : paces.slow)())));
    failed.catch(() => {}); // that it is stopped in the end
    tell('open', 'publishing');
    await Promise.race([publish(path, onPublished), failed]);
    isOver = true;
    tell('open', 'the slow ones catch up');
    const last = performance.now() + CATCH_UP_MILLIS;
    while (columns.some((column) => column.accounted() < count) && performance.now() < last) {
      await Promise.race([sleep(50), failed]);
    }
    clearInterval(showing);
    if (columns.map((column) => column.sum(count)).includes(false)) {
      tell('closed', 'the sums are wrong');
    } else {
      tell('open', 'all accounted for');
    }
  } finally {
    clearInterval(showing);
    stop.abort();
  }
}

start.addEventListener('click', async () => {
  start.disabled = true;
  try {
    await run();
  } catch (failure) {
    tell('closed', failure.message);
  }
  start.disabled = false;
});
columns.forEach((column) => column.begin());
