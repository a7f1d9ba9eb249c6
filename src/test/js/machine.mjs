// A machine whose clock goes on when a test says so, with pages on it and a network. A page is what the module
// takes for globalThis; it can be frozen, killed and put to sleep.
import { serve } from './module.mjs';

// Numbers from 0 to 1 that are the same for the same seed (mulberry32).
export function chance(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const settled = () => new Promise((done) => setImmediate(done));
const abortError = () => new DOMException('aborted', 'AbortError');

export class Machine {
  constructor(seed = 1) {
    this.random = chance(seed);
    this.time = Date.UTC(2026, 0, 31);
    this.set = 0; // by so much somebody has set the clock that pages see
    this.tasks = new Map();
    this.count = 0;
    this.pages = new Set();
    this.channels = new Map();
    this.locks = new Map();
    this.workers = new Map();
    this.connections = new Set();
    this.requests = [];
    this.failures = []; // what was reported
    this.answer = () => ({ status: 404 });
  }

  at(ms, page, run) {
    this.tasks.set(++this.count, { due: this.time + Math.max(0, ms), page, run });
    return this.count;
  }

  // Lets time go by, and what is due happen in its order.
  async run(ms) {
    const end = this.time + ms;
    await settled();
    for (;;) {
      let next = null;
      for (const [id, task] of this.tasks) {
        if (task.due <= end && (!next || task.due < next.task.due)) {
          next = { id, task };
        }
      }
      if (!next) {
        break;
      }
      this.tasks.delete(next.id);
      this.time = Math.max(this.time, next.task.due);
      next.task.page.do(next.task.run);
      await settled();
    }
    this.time = end;
  }

  // The lid is shut: the clock goes on, and nothing else does.
  sleep(ms) {
    this.time += ms;
    for (const task of this.tasks.values()) {
      task.due += ms;
    }
  }

  async until(condition, most = 60000) {
    for (let waited = 0; !condition(); waited += 10) {
      if (waited > most) {
        throw new Error(`not within ${most} ms: ${condition}`);
      }
      await this.run(10);
    }
  }

  page(has = {}) {
    return new Page(this, has);
  }
}

class Page {
  constructor(machine, { locks = true, worker = true, channels = true, dom = true, script = null }) {
    const page = this;
    this.machine = machine;
    this.dead = false;
    this.held = null; // what waits while it is frozen
    this.events = new EventTarget();
    this.document = Object.assign(new EventTarget(), { hidden: false });
    this.owns = new Set();
    machine.pages.add(this);
    const navigator = { onLine: true, locks: locks ? new Locks(page) : undefined };
    this.world = {
      Date: { now: () => machine.time + machine.set },
      Math: { random: machine.random },
      navigator,
      console: { error: (failure) => machine.failures.push(failure) },
      reportError: (failure) => machine.failures.push(failure),
      location: { href: 'http://shop.example/index.html' },
      document: dom ? this.document : undefined,
      addEventListener: this.events.addEventListener.bind(this.events),
      setTimeout: (run, ms) => machine.at(ms, page, run),
      clearTimeout: (id) => machine.tasks.delete(id),
      fetch: (url, request) => fetched(page, url, request),
      BroadcastChannel: channels ? channelsOf(page) : undefined,
      SharedWorker: worker ? workersOf(page, script) : undefined,
    };
  }

  do(run) {
    if (this.held) {
      this.held.push(run);
    } else if (!this.dead) {
      run();
    }
  }

  // As a process that is stopped: nothing in it runs. deaf: it gets no messages meanwhile, not even later.
  freeze(deaf = false) {
    this.held ??= [];
    this.deaf = deaf;
  }

  thaw() {
    const held = this.held ?? [];
    this.held = null;
    held.forEach((run) => this.machine.at(0, this, run));
  }

  // As a process that is killed: no handler of it runs.
  kill() {
    this.dead = true;
    this.machine.pages.delete(this);
    for (const connection of [...this.machine.connections]) {
      if (connection.page === this) {
        connection.gone();
      }
    }
    for (const lock of this.machine.locks.values()) {
      lock.leave(this);
    }
    for (const worker of [...this.machine.workers.values()]) {
      worker.owners.delete(this);
      if (!worker.owners.size) {
        this.machine.workers.delete(worker.key);
        worker.page.kill();
      }
    }
  }

  hear(name, more = {}) {
    const target = ['freeze', 'resume', 'visibilitychange'].includes(name) ? this.document : this.events;
    target.dispatchEvent(Object.assign(new Event(name), more));
  }

  online(is) {
    this.world.navigator.onLine = is;
    this.hear(is ? 'online' : 'offline');
  }
}

function channelsOf(page) {
  const { machine } = page;
  return class {
    constructor(name) {
      this.name = name;
      this.open = true;
      this.last = 0;
      this.page = page;
      machine.channels.set(name, (machine.channels.get(name) ?? new Set()).add(this));
    }

    postMessage(message) {
      if (!this.open) {
        throw new DOMException('the channel is closed', 'InvalidStateError');
      }
      if (page.dead) {
        return;
      }
      const data = structuredClone(message);
      for (const other of machine.channels.get(this.name)) {
        if (other !== this && !other.page.dead && !(other.page.held && other.page.deaf)) {
          other.last = Math.max(other.last, machine.time + Math.floor(machine.random() * 4)); // in their order
          machine.at(other.last - machine.time, other.page, () => other.open && other.onmessage?.({ data }));
        }
      }
    }

    close() {
      this.open = false;
      machine.channels.get(this.name).delete(this);
    }
  };
}

class Lock {
  constructor(machine) {
    this.machine = machine;
    this.holders = new Set();
    this.queue = [];
  }

  next() {
    while (this.queue.length && (!this.holders.size || [this.queue[0], ...this.holders].every(({ shared }) => shared))) {
      this.grant(this.queue.shift());
    }
  }

  grant(request) {
    this.holders.add(request);
    this.machine.at(0, request.page, async () => {
      if (this.holders.has(request)) {
        await request.granted();
        request.done();
        this.release(request);
      }
    });
  }

  release(request) {
    if (this.holders.delete(request)) {
      this.next();
    }
  }

  leave(page) {
    this.queue = this.queue.filter((request) => request.page !== page);
    [...this.holders].filter((request) => request.page === page).forEach((request) => this.release(request));
  }
}

class Locks {
  constructor(page) {
    this.page = page;
  }

  request(name, ...rest) {
    const granted = rest.pop();
    const { steal, signal, mode } = rest[0] ?? {};
    const { page } = this;
    const lock = page.machine.locks.get(name) ?? new Lock(page.machine);
    page.machine.locks.set(name, lock);
    return new Promise((done, fail) => {
      const request = { page, granted, done, fail, shared: mode === 'shared' };
      if (steal) {
        const lost = [...lock.holders];
        lock.holders.clear();
        lock.grant(request);
        lost.forEach((other) => page.machine.at(0, other.page, () => other.fail(abortError())));
      } else {
        signal?.addEventListener('abort', () => {
          lock.queue = lock.queue.filter((other) => other !== request);
          fail(abortError());
        });
        lock.queue.push(request);
        lock.next();
      }
    });
  }
}

// script: null for one that works, 'silent' for one that never answers, 'refused' for one that does not load.
function workersOf(page, script) {
  const { machine } = page;
  return class {
    constructor(url, { name }) {
      const key = `${url} ${name}`;
      this.port = { postMessage: () => {} };
      if (script === 'refused') {
        machine.at(2, page, () => this.onerror?.({}));
        return;
      }
      let worker = machine.workers.get(key);
      if (!worker && script !== 'silent') {
        const inside = new Page(machine, { locks: !!page.world.navigator.locks, worker: false, dom: false });
        machine.pages.delete(inside);
        worker = { key, page: inside, owners: new Set(), connected: serve(inside.world) };
        machine.workers.set(key, worker);
      }
      if (worker) {
        worker.owners.add(page);
        const port = {};
        machine.at(5, worker.page, () => worker.connected({ ports: [port] }));
        this.port.postMessage = (message) => {
          const data = structuredClone(message);
          machine.at(6, worker.page, () => port.onmessage?.({ data }));
        };
      }
    }
  };
}

// machine.answer(request, connection) says what the server does: a status with headers and body, or nothing for a
// stream that it writes to; null for a connection that fails; a promise where it takes time.
async function fetched(page, url, { headers = {}, signal, method = 'GET', credentials }) {
  const { machine } = page;
  const request = { url, headers, method, credentials, time: machine.time, page };
  machine.requests.push(request);
  const connection = new Connection(page, request);
  const aborted = new Promise((ignored, fail) => {
    signal?.addEventListener('abort', () => {
      connection.gone();
      fail(abortError());
    });
  });
  aborted.catch(() => {});
  await Promise.race([aborted, new Promise((done) => machine.at(2, page, done))]);
  const answer = await Promise.race([aborted, page.world.navigator.onLine ? machine.answer(request, connection) : null]);
  if (answer === null) {
    throw new TypeError('Failed to fetch');
  }
  const { status = 200, statusText = '', body } = answer ?? {};
  if (body !== undefined || status !== 200) {
    connection.write(body ?? '');
    connection.end();
  } else {
    machine.connections.add(connection);
  }
  return {
    status,
    statusText,
    ok: status < 300,
    headers: new Headers(answer?.headers ?? { 'content-type': 'text/event-stream' }),
    body: { getReader: () => connection },
    text: async () => body,
  };
}

export class Connection {
  constructor(page, request) {
    this.page = page;
    this.request = request;
    this.chunks = [];
    this.waiting = null;
    this.over = false;
  }

  write(text) {
    const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
    this.page.machine.at(1, this.page, () => this.feed({ done: false, value: bytes }));
  }

  end() {
    this.page.machine.connections.delete(this);
    this.page.machine.at(1, this.page, () => this.feed({ done: true }));
  }

  // Broken off, which is an error to the page.
  cut() {
    this.page.machine.connections.delete(this);
    this.page.machine.at(1, this.page, () => this.feed(new TypeError('network error')));
  }

  feed(chunk) {
    this.chunks.push(chunk);
    this.pass();
  }

  pass() {
    if (this.waiting && this.chunks.length) {
      const { done, fail } = this.waiting;
      this.waiting = null;
      const chunk = this.chunks.shift();
      chunk instanceof Error ? fail(chunk) : done(chunk);
    }
  }

  gone() {
    this.over = true;
    this.page.machine.connections.delete(this);
    this.waiting?.fail(abortError());
    this.waiting = null;
    this.chunks = [abortError()];
  }

  read() {
    return new Promise((done, fail) => {
      this.waiting = { done, fail };
      this.pass();
    });
  }

  async cancel() {
    this.page.machine.connections.delete(this);
    this.waiting?.done({ done: true });
    this.waiting = null;
  }
}
