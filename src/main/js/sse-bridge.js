// The page client of vertx-sse-bridge, for any server of event streams:
//
//   import { connect } from '/sse-bridge.js';
//
//   const s = connect('/topics/weather', { shared: true, from: 'earliest' });
//   s.on('message', (event) => show(event.data));
//   s.on('gap', ({ missed, reason }) => reload());
//   s.on('state', ({ state, reason }) => note(state, reason));
//
// What every option does is in sse-bridge.d.ts and on the page browser.md of the documentation.

const NAME = 'sse-bridge 0.1.0'; // another version is another worker
const DAY = 86400000;
const MEGABYTE = 1 << 20;
const BRIDGE_ID = /^([a-z0-9]+)-(\d+)$/;

// Reads one response: gets its bytes, tells on.block({ id, own, type, data }), on.comment(text) and on.retry(ms).
// own: the block itself has the id. A block without a type only moves the position. Throws if an event is too large.
// https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
export function decoder(on, id = '', maxEvent = 16 * MEGABYTE) {
  const utf8 = new TextDecoder(); // takes one byte order mark away
  let rest = '';
  let cr = false; // the last character was a CR: a LF that follows belongs to it
  let data = [];
  let size = 0;
  let type = '';
  let newId = null;

  function limit(length) {
    if (length > maxEvent) {
      throw new Error(`an event is larger than maxEvent, ${maxEvent} characters`);
    }
  }

  function dispatch() {
    const own = newId !== null;
    if (own) {
      id = newId;
    }
    if (data.length) {
      on.block({ id, own, type: type || 'message', data: data.join('\n') });
    } else if (own) {
      on.block({ id, own });
    }
    data = [];
    size = 0;
    type = '';
    newId = null;
  }

  function field(name, value, length) {
    if (name === 'data') {
      limit((size += length));
      data.push(value);
    } else if (name === 'event') {
      type = value;
    } else if (name === 'id' && !value.includes('\0')) {
      newId = value;
    } else if (name === 'retry' && /^[0-9]+$/.test(value)) {
      on.retry?.(Math.min(value, Number.MAX_SAFE_INTEGER));
    }
  }

  function line(text) {
    const colon = text.indexOf(':');
    if (!text) {
      dispatch();
    } else if (colon < 0) {
      field(text, '', text.length);
    } else if (colon) {
      field(text.slice(0, colon), text.slice(text[colon + 1] === ' ' ? colon + 2 : colon + 1), text.length);
    } else {
      on.comment?.(text.slice(1));
    }
  }

  return (bytes) => {
    let text = utf8.decode(bytes, { stream: true });
    if (!text) {
      return;
    }
    if (cr && text[0] === '\n') {
      text = text.slice(1);
    }
    cr = text ? text.endsWith('\r') : false;
    const lines = text.split(/\r\n?|\n/);
    lines[0] = rest + lines[0];
    rest = lines.pop();
    lines.forEach(line);
    limit(size + rest.length);
  };
}

const stateOf = (state, reason = null, status = null, retryInMs = null) => ({ state, status, reason, retryInMs });

// What is thrown need not be an Error.
const textOf = (failure) => failure?.message || `${failure}`;

// What is no JSON says nothing: a page of a proxy, say.
function parsed(json) {
  try {
    return JSON.parse(json) ?? {};
  } catch {
    return {};
  }
}

// What a refusal says of itself: { reason } in an event, { detail, title } in a problem (RFC 9457).
function reasonOf(json) {
  const { reason, detail, title } = parsed(json);
  return [reason, detail, title].find((text) => text?.trim?.()); // others put other things than a text there
}

// Whom a token is for: what a JWT says, or else the token itself.
function subjectOf(token) {
  try {
    const [, claims] = token.split('.');
    const { iss, sub } = JSON.parse(atob(claims.replace(/-/g, '+').replace(/_/g, '/')));
    return sub ? JSON.stringify([iss, sub]) : token;
  } catch {
    return token;
  }
}

// What addresses are relative to, as for fetch; nothing outside of pages.
const baseOf = (world) => world.document?.baseURI ?? world.location?.href;

const withQuery = (url, query) => url + (url.includes('?') ? '&' : '?') + query;

// As bytes of UTF-8, which is what a header is made of; nothing if it cannot be one, or servers would refuse it.
function headerText(id) {
  const text = String.fromCharCode(...new TextEncoder().encode(id.slice(0, 4001)));
  return /^[\t\x20-\x7e\x80-\xff]{0,4000}$/.test(text) ? text : '';
}

// A handler that fails is no reason to end a stream.
function report(world, failure) {
  if (world.document) {
    world.reportError(failure);
  } else {
    world.console.error(failure); // elsewhere reportError ends the process
  }
}

// Keeps a connection, over its ends, until it is closed or the server says that it is over.
// config can be sent to a worker: { url, start, headers, credentials, gapType, heartbeat, connectTimeout, maxEvent, secured }.
// on.id() is the position to go on from, on.token(why) promises the bearer token; on.block(block) and
// on.state({ state, status, reason, retryInMs }) are told.
function follow(world, config, on) {
  const now = () => world.Date.now();
  const later = (ms, task) => world.setTimeout(task, ms);
  const never = (timer) => world.clearTimeout(timer);
  let ended = false;
  let fresh = true; // nothing has come yet, so what to start with still counts
  let failures = 0; // in a row
  let retry = 1000; // the server's wish for all its connections
  let refused = false; // the last answer was 401
  let renewed; // the next token, where it is there already
  let cut; // ends the attempt that is on
  let check; // sees whether it is alive
  let skip; // ends the wait that is on
  let wake;

  const tell = (...state) => ended || on.state(stateOf(...state));

  function request(token, signal) {
    const { url, start, credentials } = config;
    const id = on.id();
    const headers = { accept: 'text/event-stream', ...config.headers };
    if (token) {
      headers.authorization = `Bearer ${token}`;
    }
    if (headerText(id)) {
      headers['last-event-id'] = headerText(id);
    }
    const target = start && fresh && !id ? withQuery(url, start) : url;
    return world.fetch(target, { headers, signal, credentials, cache: 'no-store' });
  }

  // One connection, from the request to its end, which is answered.
  async function attempt() {
    const begun = now();
    const abort = new AbortController();
    let floor = begun + 1000; // nothing is tried before this time
    let status = null;
    let reason = null;
    let good = false; // something has come
    let again = false; // at once
    let final = false;
    let seen = begun;
    let limit = config.connectTimeout || Infinity;
    let silence = 'no answer';
    let open = false;
    let lost = null; // what the head says is missing
    let note;
    let token;
    let reader;
    let watch;
    let timer; // for what is told when it opens, then for the next token

    cut = (why, atOnce) => {
      reason ??= why;
      again ||= atOnce;
      abort.abort();
    };
    const cutOff = new Promise((ignored, fail) => (abort.signal.onabort = fail));
    cutOff.catch(() => {}); // reason says it

    // Looks every few seconds: where a machine has slept, its timers stood still and its clock did not.
    check = (due) => {
      const time = now();
      never(watch);
      seen = Math.min(seen, time); // the clock may be set back
      if (time - seen > limit || time - due > 90000) {
        cut(`${silence} for ${Math.round((time - seen) / 1000)} s`);
      } else {
        const wait = Math.min(5000, seen + limit - time + 1);
        watch = later(wait, () => check(time + wait));
      }
    };

    // The token ends soon: with the next one in hand, the stream is begun anew, from its position.
    async function renew() {
      try {
        const next = await on.token('expires');
        if (next && next !== token && !reason) {
          renewed = next;
          cut('the token was renewed', true);
        }
      } catch (failure) {
        report(world, failure); // there is time until the stream ends
      }
    }

    function opened() {
      if (!open) {
        open = true;
        tell('open', null, 200);
      }
    }

    function block(event) {
      const isRefused = event.type === 'sse.refused';
      isRefused ? never(timer) : opened();
      if (ended) {
        return; // by a handler
      }
      if (isRefused) {
        note = reasonOf(event.data) ?? note; // nothing of the stream has come
      } else {
        fresh = false;
        good ||= !!event.type;
      }
      if (event.type === 'sse.auth' && config.secured) {
        const left = Date.parse(parsed(event.data).expires) - now();
        never(timer);
        // Two clocks may differ: not at once, so that no token makes a hot loop, and not much later.
        timer = later(Math.max(1000, Math.min(10000, left / 2 || 0)), renew);
      }
      // A route that tells no gaps (gap: "silent") begins with a position, where others begin with the gap.
      const untold = lost && !event.type && { type: config.gapType, data: JSON.stringify({ ...lost, to: event.id }) };
      lost = null;
      on.block({ ...event, ...untold });
    }

    async function read(take) {
      for (let part; reader && !(part = await reader.read()).done && !reason; ) {
        take(part.value);
      }
    }

    async function stream({ headers }) {
      if (/gap|reset/.test(headers.get('sse-resume'))) {
        const missed = headers.get('sse-missed'); // '0' for an id from the future
        lost = { from: on.id(), missed: missed ? +missed : null };
      }
      const decode = decoder(
        {
          block,
          comment: (text) => (note = text.trim() || note),
          retry: (ms) => (retry = Math.max(100, Math.min(DAY, ms))),
        },
        on.id(),
        config.maxEvent,
      );
      refused = false;
      silence = 'nothing came';
      limit = config.heartbeat * 2 || Infinity;
      seen = now();
      check(seen);
      timer = later(100, opened); // sooner with the first block, unless that is a refusal
      await read((bytes) => {
        check(now()); // before it counts: after a long silence it may be the last that there was
        seen = now();
        decode(bytes);
      });
      if (!good && note) {
        reason ??= note; // refused softly, so that an EventSource lives on
        floor = now() + retry;
      }
    }

    async function refusal({ statusText, headers }) {
      const after = headers.get('retry-after');
      const until = /^\d+$/.test(after) ? now() + after * 1000 : Date.parse(after);
      floor = Math.max(floor, Math.min(now() + DAY, until || 0));
      again = status === 401 && config.secured && !refused;
      refused = status === 401;
      final = !again && status < 500 && ![408, 425, 429].includes(status);
      const utf8 = new TextDecoder();
      let text = '';
      await read((bytes) => (text = (text + utf8.decode(bytes, { stream: true })).slice(0, MEGABYTE)));
      reason ??= status === 204 ? 'the server says: no more' : reasonOf(text) ?? `${status} ${statusText}`.trim();
    }

    try {
      check(begun);
      token = renewed ?? (config.secured && (await Promise.race([cutOff, on.token(refused ? 'refused' : 'connect')])));
      renewed = null;
      const response = await request(token, abort.signal);
      const type = response.headers.get('content-type');
      status = response.status;
      reader = response.body?.getReader();
      if (status !== 200) {
        await refusal(response);
      } else if (/^text\/event-stream\s*(;|$)/i.test(type)) {
        await stream(response);
      } else {
        final = true;
        reason = `expected text/event-stream, got ${type}`;
      }
    } catch (failure) {
      reason ??= textOf(failure);
    }
    never(watch);
    never(timer);
    cut('the stream ended');
    good ||= open && now() - begun > 30000;
    return { reason, status, good, again, final, floor: floor - Math.max(0, begun - now()) }; // it may be set back
  }

  // Waits are doubled, and made longer by chance, so that nobody comes sooner than the server wishes.
  function pause({ reason, status, floor }) {
    const offline = world.navigator?.onLine === false; // which is not always true, so: seldom, not never
    const most = Math.max(retry, 30000);
    const wait = Math.max(offline ? most : Math.min(most, retry * 2 ** (failures - 1)), floor - now());
    const spread = wait * (1 + world.Math.random() / 2);
    const longer = Math.round(wait > 30000 ? spread : Math.min(spread, 30000));
    tell('waiting', offline ? 'offline' : reason, status, longer);
    if (ended) {
      return null; // a handler has closed it
    }
    return new Promise((done) => {
      let timer = later(longer, done);
      skip = (time) => {
        never(timer);
        timer = later(Math.max(0, Math.min(longer, time - now())), done);
      };
      wake = () => skip(floor);
    });
  }

  async function run() {
    while (!ended) {
      skip = null;
      wake = () => check(now());
      tell('connecting', on.id() && !headerText(on.id()) ? 'the last event id cannot be sent' : null);
      if (ended) {
        return; // a handler has closed it
      }
      const end = await attempt();
      if (end.final) {
        tell('closed', end.reason, end.status);
        close();
      } else if (!end.again && !ended) {
        failures = end.good ? 1 : Math.min(failures + 1, 20);
        await pause(end);
      }
    }
  }

  function close() {
    ended = true;
    cut('closed');
    skip?.(0);
  }

  run();
  return { close, wake: () => wake(), offline: () => cut('offline') };
}

// The newest events, oldest first: at most `most`, with at most `size` characters; but the newest one in any case.
function bounded(most, size, lost) {
  const events = [];
  const length = ({ id, data }) => id.length + (data?.length ?? 0);
  let characters = 0;

  function take() {
    const event = events.shift();
    characters -= length(event);
    return event;
  }

  return {
    events,
    take,
    add(event) {
      events.push(event);
      characters += length(event);
      while (events.length > 1 && (events.length > most || characters > size)) {
        const gone = take();
        lost?.(gone);
      }
    },
  };
}

// Tabs that share a connection, and the hub that has it, in a worker or in one of the tabs, talk on one
// BroadcastChannel. A message is { t, tab, .. } from a tab and { t, hub, .. } from a hub; hub is a number, and the
// newest hub is the one that counts: an older one that hears of it ends.

// How far one id of a bridge is before another of the same log; NaN where nobody can say.
function before(a, b) {
  const [, epoch, number] = BRIDGE_ID.exec(a) ?? [];
  const [, same, other] = BRIDGE_ID.exec(b) ?? [];
  return epoch === same ? other - number : NaN;
}

// Asks all tabs where they are, connects from the oldest place, and tells everything to all. known is the number of
// the hub that it follows, place 'worker' or 'tab'; over is called at its end.
function hub(world, name, config, place, known, over) {
  const me = Math.max(world.Date.now(), known + 1) + world.Math.random();
  const channel = new world.BroadcastChannel(name);
  const tabs = new Map(); // to how many roll-calls it has not answered; who spoke last is last
  const recent = bounded(1000, MEGABYTE, () => (whole = false));
  let whole = true; // recent has all that there was
  let joins = []; // while the tabs are asked
  let asking = true;
  let ended = false;
  let line = null;
  let position = '';
  let start = '';
  let state = stateOf('connecting');
  let guest = null; // the tab that catches up by a connection of its own: one at a time, as a browser has six
  const questions = new Map(); // for tokens, by their numbers
  let asked = 0;
  let timer;
  let guestTimer;
  let release = null; // gives back the lock that tells tabs that it lives

  const later = (ms, task) => world.setTimeout(task, ms);
  const say = (t, more) => ended || channel.postMessage({ t, hub: me, place, held: !!release, ...more });

  const on = {
    id: () => position,
    state(next) {
      state = next;
      say('state', { state });
      if (next.state === 'closed') {
        stop();
      }
    },
    block(block) {
      const event = { ...block, prev: position };
      position = block.id;
      recent.add(event);
      say('event', { event });
    },
    // The tab that spoke last is asked; if it is frozen, the one before.
    async token(why) {
      for (const to of [...tabs.keys()].reverse()) {
        const question = ++asked;
        const answer = await new Promise((done) => {
          questions.set(question, { to, done, timer: later(1000, done) });
          say('ask', { to, why, question });
        });
        questions.delete(question);
        if (answer?.error !== undefined) {
          throw new Error(answer.error);
        } else if (answer?.token !== undefined) {
          return answer.token;
        }
      }
      throw new Error('no tab has given a token');
    },
  };

  function answered({ question, over, error, token }) {
    const open = questions.get(question);
    if (open) {
      world.clearTimeout(open.timer);
      if (over) {
        open.done({ error, token });
      } else {
        open.timer = later(20000, open.done); // it lives, and is at it
      }
    }
  }

  function begin() {
    const has = (tab, id) => tab.id === id || before(id, tab.id) > 0 || tab.past.includes(id);
    const places = joins.filter(({ id }) => id);
    position = (places.find(({ id }) => places.every((tab) => has(tab, id))) ?? places[0])?.id ?? '';
    start = position ? '' : joins[0].start;
    line = follow(world, { ...config, start }, on);
    joins.splice(0).forEach(join);
  }

  // Where in recent that begins which a tab has not had; -1: it begins before.
  function missing({ id, start: wish }) {
    const { events } = recent;
    const end = events.length;
    if (id) {
      const reached = end && before(events[0].prev, id) >= 0;
      return id === position || before(position, id) > 0
        ? end
        : events.findIndex((event) => event.prev === id || (reached && before(id, event.id) > 0));
    }
    const [, count] = /^last=([1-9]\d*)$/.exec(wish) ?? [];
    const typed = events.flatMap((event, at) => (event.type ? at : []));
    if (typed.length >= count) {
      return typed.at(-count);
    }
    const same = whole && wish === start && !/^since=[^-]+$/.test(wish); // an hour ago was another time then
    return wish ? (same || wish === start && !end ? 0 : -1) : end;
  }

  function join(tab) {
    if (!line) {
      joins.push(tab);
      return asking || begin();
    }
    const from = missing(tab);
    const free = !guest || guest === tab.tab;
    if (free) {
      world.clearTimeout(guestTimer);
      guest = null;
    }
    if (from >= 0) {
      const events = recent.events.slice(from);
      say('welcome', { to: tab.tab, events, at: events[0]?.prev ?? position, state });
    } else if (free) {
      guest = tab.tab;
      guestTimer = later(3000, () => (guest = null)); // it asks more often
      say('alone', { to: guest });
    } else {
      say('here');
    }
  }

  function rollCall() {
    for (const [tab, times] of tabs) {
      times > 1 ? tabs.delete(tab) : tabs.set(tab, times + 1);
    }
    if (!asking && !tabs.size) {
      return stop();
    }
    say('who');
    timer = later(10000, rollCall);
  }

  function stop(last) {
    if (!ended) {
      if (last) {
        say(last);
      }
      ended = true;
      channel.close();
      line?.close();
      release && later(1000, release); // tabs are to read first what was said last
      const timers = [timer, guestTimer, ...[...questions.values()].map((open) => open.timer)];
      timers.forEach((each) => world.clearTimeout(each));
      over();
    }
  }

  channel.onmessage = ({ data }) => {
    const { t, tab } = data;
    if (ended) {
      return;
    }
    if (data.hub > me) {
      stop();
    } else if (data.hub) {
      say('here');
    } else {
      tabs.delete(tab);
      joins = joins.filter((other) => other.tab !== tab);
      if (t !== 'bye') {
        tabs.set(tab, 0);
      } else if (tabs.size) {
        questions.forEach(({ to }, question) => to === tab && answered({ question, over: true }));
      } else {
        stop();
      }
      ({ join, token: answered, wake: () => line?.wake(), offline: () => line?.offline(), ping: () => say('here') })[t]?.(data);
    }
  };
  rollCall();
  if (place === 'worker') {
    const hold = (done) => {
      release = done;
      say('here');
    };
    // Without locks, tabs find out by asking.
    world.navigator?.locks?.request(`${name} ${me}`, () => (ended ? null : new Promise(hold))).catch(() => {});
  }
  later(50, () => {
    asking = false;
    if (!ended && joins.length) {
      begin();
    }
  });
  return { stop };
}

// A tab of those that share: gets from a hub what follows its own position, and sees to it that there is a hub.
function share(world, name, config, on) {
  const me = `${world.Date.now()} ${world.Math.random()}`;
  const channel = new world.BroadcastChannel(name);
  const past = []; // ids that cannot be compared
  let fresh = true;
  let newest = 0; // the hub that counts
  let heard = false; // it has spoken since the last beat
  let synced = false; // all up to its position has come
  let alone = null; // a connection of its own, until that is so
  let mine = null; // a hub in this tab
  let worker = config.worker;
  let queued = null; // for the lock that makes a hub
  let left = false;
  let watched = 0; // the hub whose lock it waits for
  const watching = new AbortController();
  let timer;

  const say = (t, more) => left || channel.postMessage({ t, tab: me, ...more });
  const join = () => say('join', { id: on.id(), start: fresh ? config.start : '', past: past.slice(-100) });

  function deliver(block) {
    fresh &&= !block.type || block.type === 'sse.refused';
    if (block.own && !BRIDGE_ID.test(block.id)) {
      past.push(block.id);
      past.splice(0, past.length - 1000);
    }
    on.block(block);
  }

  // Ids decide: what was had is dropped, and where something is missing it is asked for.
  function take(event) {
    const { id, prev, own } = event;
    const at = on.id();
    const known = prev !== at && (!own || before(at, id) <= 0 || past.includes(id));
    if (left || !synced || known) {
      return;
    }
    if (prev === at || before(prev, at) > 0) {
      deliver(event);
    } else {
      synced = false;
      join();
    }
  }

  function welcome({ events, at, state }) {
    if (!synced) {
      synced = true;
      alone?.close();
      alone = null;
      if (!on.id() && at) {
        on.block({ id: at });
      }
      events.forEach(take);
      on.state(state);
    }
  }

  async function ask({ why, question }) {
    say('token', { question });
    try {
      say('token', { question, over: true, token: await on.token(why) });
    } catch (failure) {
      say('token', { question, over: true, error: textOf(failure) });
    }
  }

  const answers = {
    who: () => (synced ? say('here') : join()),
    event: ({ event }) => take(event),
    state: ({ state }) => synced && on.state(state), // or a welcome says it: what is open gets all from then on
    alone() {
      alone ??= synced ? null : follow(world, config, { ...on, block: deliver });
      left && alone?.close(); // a handler has closed it
    },
    gone: () => queued || elect(),
    welcome,
    ask,
  };

  channel.onmessage = ({ data }) => {
    const { t, hub: number, to } = data;
    if (left || !number || number < newest) {
      return;
    }
    heard = true;
    if (data.place === 'worker') {
      worker = config.worker; // it is one that works
    }
    if (number > newest) {
      newest = number;
      synced = false;
      if (t !== 'who' && t !== 'welcome') {
        join();
      }
    }
    if (data.held && watched !== number) {
      watch(number);
    }
    if (!to || to === me) {
      answers[t]?.(data);
    }
  };

  // The lock of a worker is free as soon as it is dead: sooner than it is found out by asking.
  function watch(number) {
    const free = () => {
      if (number === newest && !left) {
        heard = false;
        world.clearTimeout(timer);
        elect();
        timer = world.setTimeout(() => beat(true), 1000);
      }
    };
    watched = number;
    world.navigator?.locks
      ?.request(`${name} ${number}`, { mode: 'shared', signal: watching.signal }, free)
      .catch(() => {}); // it was left
  }

  const host = (over) => {
    mine = hub(world, name, config, 'tab', newest, () => {
      mine = null;
      over?.();
    });
  };

  // There is no hub, or it does not answer: a worker is to have it, or else one of the tabs.
  function elect() {
    if (mine || left) {
      return;
    }
    const script = worker;
    worker = null; // unless a hub in it is heard
    synced = false;
    on.state(stateOf('connecting', newest ? 'the connection moves to another tab' : null));
    if (script && world.SharedWorker) {
      try {
        const made = new world.SharedWorker(script, { type: 'module', name: NAME });
        made.onerror = () => synced || elect();
        return made.port.postMessage([name, config, newest]);
      } catch {
        // where it comes from, or the policy of the page, forbids it
      }
    }
    lock();
  }

  function lock() {
    const { locks } = world.navigator ?? {};
    if (!locks) {
      return host();
    }
    const steal = !!queued;
    queued?.abort();
    queued = steal ? null : new AbortController();
    const granted = () => {
      queued = null;
      return left ? null : new Promise(host);
    };
    locks.request(name, steal ? { steal } : { signal: queued.signal }, granted).catch((failure) =>
      failure.name === 'AbortError' ? mine?.stop() : host(), // it was stolen; or there are no locks for this page
    );
  }

  // No clock is asked, as it may be set.
  function beat(asked) {
    let wait;
    if (!synced && newest) {
      join();
    }
    if (heard) {
      wait = asked ? 100 : 300;
      asked = false;
    } else if (asked) {
      elect();
      wait = 1000;
    } else {
      say('ping');
      asked = true;
      wait = 900;
    }
    heard = false;
    timer = world.setTimeout(() => beat(asked), wait);
  }

  const sure = (worker && world.SharedWorker) || world.navigator?.locks; // that two of them are not two hubs
  timer = world.setTimeout(() => beat(true), sure ? 1000 : 400);
  join();
  if (sure) {
    elect();
  }

  return {
    close() {
      say('bye');
      left = true;
      world.clearTimeout(timer);
      queued?.abort();
      watching.abort();
      mine?.stop('gone');
      alone?.close();
      channel.close();
    },
    wake: () => say('wake'),
    offline: () => say('offline'), // a worker may not hear of it
  };
}

// In a worker: has the hubs that tabs ask for. Answers what handles its connections.
export function serve(world) {
  const hubs = new Map();
  return ({ ports: [port] }) => {
    port.onmessage = ({ data: [name, config, known] }) => {
      if (!hubs.has(name)) {
        hubs.set(name, hub(world, name, config, 'worker', known, () => hubs.delete(name)));
      }
    };
  };
}

if (globalThis.SharedWorkerGlobalScope && globalThis.name === NAME) {
  globalThis.onconnect = serve(globalThis);
}

const OWN = ['gap', 'state', '*']; // names of handlers that no event of a server reaches by its type

const eventOf = (id, type, data) => ({ id, type, data, json: () => JSON.parse(data) });

// What is wrong with a call is said at once.
function expect(ok, name, expected, got) {
  if (!ok) {
    throw new TypeError(`${name}: expected ${expected}, got ${got}`);
  }
}

// Follows a stream. The answer: { on, close, latest, history, state, id }, and it can be iterated.
export function connect(
  url,
  {
    shared,
    token,
    user,
    from,
    last,
    since,
    lastEventId,
    types,
    gapType = 'sse.gap',
    heartbeat = 15000,
    connectTimeout = 30000,
    maxEvent = 16 * MEGABYTE,
    history = 100,
    historySize = MEGABYTE,
    queue = 1000,
    headers,
    credentials = 'same-origin',
    worker = import.meta.url,
    signal,
    world = globalThis,
    ...unknown
  } = {},
) {
  const [odd] = Object.keys(unknown);
  expect(!odd, 'connect(url, options)', 'options of sse-bridge.d.ts', odd);
  expect(!token || typeof token === 'function', 'token', 'a function', token);
  const [begin] = Object.entries({ from, last, since }).filter(([, value]) => value != null);
  const base = baseOf(world);
  const { href } = new URL(url, base);
  const config = {
    url: href.replace(/#.*/, ''),
    start: begin ? `${begin[0]}=${encodeURIComponent(begin[1])}` : '',
    headers: headers && Object.fromEntries(new Headers(headers)),
    credentials,
    gapType,
    heartbeat,
    connectTimeout,
    maxEvent,
    secured: !!token,
    worker: worker && new URL(worker, base ?? href).href,
  };
  const handlers = new Map();
  const loops = new Set();
  const past = bounded(history, historySize);
  const ears = new AbortController(); // as the options of a listener it is { signal }
  let position = `${lastEventId ?? ''}`;
  let state = stateOf('connecting');
  let told = '';
  let owner; // where tabs share: whose stream it is; null until there is a token to know it by
  let spare = null; // a token that no connection has had
  let link = null; // what brings the events; nothing while the page is away, and after the end

  function fire(name, ...what) {
    const all = handlers.get(name) ?? new Set();
    for (const handler of [...all]) {
      try {
        all.has(handler) && handler(...what)?.catch?.((failure) => report(world, failure));
      } catch (failure) {
        report(world, failure);
      }
    }
  }

  function block({ id, type, data }) {
    position = id;
    if (!type) {
      return;
    }
    const event = eventOf(id, type, data);
    if (type === gapType) {
      fire('gap', { missed: null, reason: null, ...parsed(data) }, event);
    }
    if (!OWN.includes(type)) {
      fire(type, event);
    }
    if (type === gapType || wanted(type)) {
      loops.forEach((loop) => loop(event));
    }
    if (type !== gapType && wanted(type)) {
      past.add(event);
      fire('*', event);
    }
  }

  const wanted = (type) => (types ? [types].flat().includes(type) : !type.startsWith('sse.'));

  function tell(next) {
    const text = JSON.stringify(next);
    if (state.state === 'closed' || text === told) {
      return;
    }
    state = next;
    told = text;
    if (next.state !== 'connecting') {
      spare = null;
    }
    if (next.state === 'closed') {
      ears.abort();
      leave();
    }
    fire('state', next);
    loops.forEach((loop) => loop());
  }

  // Tabs share a connection with those of the same user only, who may become another one.
  async function ask(why) {
    const next = spare ?? (await token(why)) ?? '';
    spare = null;
    if (owner !== undefined && owner !== (user ?? subjectOf(next))) {
      leave();
      spare = next;
      join();
      throw new Error('the token is for another user now');
    }
    return next;
  }

  const on = { id: () => position, token: ask, block, state: tell };

  async function join() {
    if (link) {
      return;
    }
    const place = (link = {}); // until it is known whose stream it is
    let made;
    await null; // handlers come first
    if (link === place && shared && world.BroadcastChannel) {
      owner = token ? user ?? subjectOf(spare) : false;
      const what = JSON.stringify([config.url, config.headers, credentials, gapType, owner]);
      try {
        made = owner !== null && share(world, `${NAME} ${what}`, config, on);
      } catch {
        // a page without an origin has no channels
      }
    }
    if (link === place) {
      made ||= follow(world, config, on); // which also gets the token to know by whose stream it is
    }
    if (link === place) {
      link = made;
    } else {
      made?.close?.(); // by a handler, meanwhile
    }
  }

  function leave() {
    link?.close?.();
    link = null;
    owner = undefined;
  }

  // A page that is put aside, frozen or for the way back, lets go, and later goes on from its position.
  function away() {
    leave();
    tell(stateOf('waiting', 'the page is away'));
  }

  // One `for await`: what it is too slow for is told to it as a gap, in its place.
  function iterate() {
    let ring;
    let last = position;
    let lost = null;
    const waiting = bounded(queue, maxEvent, (event) => {
      const { missed } = event.type === gapType ? parsed(event.data) : { missed: 1 };
      lost ??= { from: last, missed: 0, reason: 'overflow' };
      lost.missed += missed ?? NaN; // which becomes null: nobody knows
      lost.to = event.id;
    });
    const loop = (event) => {
      if (event) {
        waiting.add(event);
      }
      ring?.();
    };

    async function* run() {
      try {
        while (loops.has(loop) && (waiting.events.length || state.state !== 'closed')) {
          if (lost) {
            const gap = JSON.stringify(lost);
            const { to } = lost;
            lost = null;
            yield eventOf(to, gapType, gap);
          } else if (waiting.events.length) {
            const event = waiting.take();
            last = event.id;
            yield event;
          } else {
            await new Promise((done) => (ring = done));
          }
        }
      } finally {
        loops.delete(loop);
      }
    }

    loops.add(loop);
    return run();
  }

  function close() {
    tell(stateOf('closed', 'close()'));
    loops.clear();
  }

  world.addEventListener?.('online', () => link?.wake?.(), ears);
  world.addEventListener?.('offline', () => link?.offline?.(), ears);
  world.addEventListener?.('pagehide', away, ears);
  world.addEventListener?.('pageshow', join, ears);
  world.document?.addEventListener('freeze', away, ears);
  world.document?.addEventListener('resume', join, ears);
  world.document?.addEventListener('visibilitychange', () => world.document.hidden || link?.wake?.(), ears);
  signal?.addEventListener('abort', close, ears);
  signal?.aborted ? close() : join();

  return {
    // Calls handler(event) for events of this type; answers a function that ends this.
    on(type, handler) {
      expect(typeof handler === 'function', `on('${type}', handler)`, 'a function', handler);
      const all = handlers.get(type) ?? new Set();
      handlers.set(type, all.add(handler));
      return () => all.delete(handler);
    },
    close,
    latest: (type) => past.events.findLast((event) => !type || event.type === type),
    history: (n = Infinity) => (n > 0 ? past.events.slice(-n) : []),
    get state() {
      return state;
    },
    get id() {
      return position;
    },
    [Symbol.asyncIterator]: iterate,
  };
}

// The URL for a plain EventSource, which cannot send a token: with a ticket that the token buys.
export async function ticket(url, { token, world = globalThis }) {
  const target = new URL(url, baseOf(world));
  const bearer = await token('ticket');
  const headers = bearer ? { authorization: `Bearer ${bearer}` } : {};
  const response = await world.fetch(`${target.origin}${target.pathname}/ticket`, { method: 'POST', headers });
  const text = await response.text();
  const { ticket: bought } = parsed(text);
  if (!bought) {
    throw new Error(`no ticket: ${reasonOf(text) ?? response.status}`);
  }
  return withQuery(target.href.replace(/#.*/, ''), `ticket=${encodeURIComponent(bought)}`);
}
