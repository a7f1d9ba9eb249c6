import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bridge } from './bridge.mjs';
import { chance, Machine } from './machine.mjs';
import { connect } from './module.mjs';

const URL = 'http://shop.example/events';

// A tab, and what it has got: events by their numbers, gaps, states.
function open(page, options = {}) {
  const tab = { page, got: [], gaps: [], states: [] };
  tab.stream = connect(URL, { shared: true, world: page.world, ...options });
  tab.stream.on('message', (event) => page.dead || tab.got.push(+event.data));
  tab.stream.on('gap', (gap) => page.dead || tab.gaps.push(gap));
  tab.stream.on('state', (state) => page.dead || tab.states.push(state));
  return tab;
}

const isOpen = (tab) => tab.stream.state.state === 'open';
const numbers = (from, to) => Array.from({ length: to - from + 1 }, (ignored, at) => from + at);

const WAYS = {
  'a worker': {},
  'a leader by lock': { worker: false },
  'a leader without locks': { worker: false, locks: false },
  'a worker that does not load': { script: 'refused' },
  'a worker that never answers': { script: 'silent' },
};

for (const [way, has] of Object.entries(WAYS)) {
  test(`nine tabs share one connection by ${way}`, async () => {
    const machine = new Machine(7);
    const bridge = new Bridge(machine);
    bridge.publish(5);
    const tabs = [];
    for (let i = 0; i < 9; i++) {
      tabs.push(open(machine.page(has), { from: 'earliest' }));
      await machine.run(40);
    }
    await machine.until(() => tabs.every((tab) => tab.got.length === 5), 5000);
    bridge.publish(5);
    await machine.run(3000);

    for (const tab of tabs) {
      assert.deepEqual(tab.got, numbers(1, 10));
      assert.ok(isOpen(tab));
    }
    assert.equal(bridge.streams().length, 1);
    tabs.forEach((tab) => tab.stream.close());
    await machine.run(100);
    assert.equal(bridge.streams().length, 0, 'the last one closes it');
    assert.deepEqual(machine.failures, []);
  });
}

for (const [way, has] of Object.entries(WAYS)) {
  test(`a connection that dies is noticed though the clock was set back, with ${way}`, async () => {
    const machine = new Machine(7);
    const bridge = new Bridge(machine);
    const tabs = [];
    for (let i = 0; i < 3; i++) {
      tabs.push(open(machine.page(has)));
      await machine.run(500);
    }
    machine.set = -3600000;
    await machine.run(500);
    const [{ page }] = bridge.streams();
    page.kill();
    const left = tabs.filter((tab) => !tab.page.dead);
    await machine.run(5000);
    bridge.publish(3);
    await machine.run(1000);
    left.forEach((tab) => assert.deepEqual(tab.got, numbers(1, 3)));
    assert.equal(bridge.streams().length, 1);
    assert.deepEqual(machine.failures, []);
  });
}

for (const [way, has] of Object.entries(WAYS)) {
  test(`a tab that is told that it is open gets what is published from then on, with ${way}`, async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const machine = new Machine(seed);
      const bridge = new Bridge(machine);
      open(machine.page(has));
      await machine.run(seed);
      const tab = open(machine.page(has));
      let first;
      tab.stream.on('state', ({ state }) => {
        if (state === 'open') {
          bridge.publish();
          first ??= bridge.count;
        }
      });
      await machine.run(10000);
      assert.ok(isOpen(tab));
      assert.deepEqual(tab.got, numbers(first, bridge.count), `seed ${seed}`);
    }
  });
}

function assertOnceInOrder(tab, last, seed) {
  const { got } = tab;
  const first = tab.earliest ? 1 : got[0];
  const say = `seed ${seed}, tab ${tab.name}, earliest ${!!tab.earliest}`;
  assert.deepEqual(tab.gaps, [], say);
  assert.deepEqual(got, got.length || tab.earliest ? numbers(first, last) : [], say);
}

// Tabs come, go, are killed and frozen, mostly the one with the connection; streams break; events go on all the time.
async function walk(seed, has, steps) {
  const machine = new Machine(seed);
  const bridge = new Bridge(machine);
  const next = chance(seed);
  const pick = (list) => list[Math.floor(next() * list.length)];
  const tabs = [];
  let count = 0;
  const alive = () => tabs.filter((tab) => !tab.page.dead && !tab.closed);
  const awake = () => alive().filter((tab) => !tab.page.held);
  const leader = () => awake().find((tab) => bridge.streams().some(({ page }) => page === tab.page));
  const victim = () => (next() < 0.7 && leader()) || pick(awake());
  const add = () => {
    const earliest = next() < 0.3;
    const tab = open(machine.page(has), earliest ? { from: 'earliest' } : {});
    tabs.push(Object.assign(tab, { earliest, name: ++count }));
  };
  add();
  for (let step = 0; step < steps; step++) {
    const what = next();
    if (what < 0.15 && alive().length < 7) {
      add();
    } else if (what < 0.25 && awake().length > 1) {
      victim().page.kill();
    } else if (what < 0.35 && awake().length > 1) {
      victim().page.freeze(next() < 0.5);
    } else if (what < 0.5) {
      pick(alive().filter((tab) => tab.page.held))?.page.thaw();
    } else if (what < 0.55 && awake().length > 1) {
      const tab = victim();
      tab.closed = true;
      tab.stream.close();
    } else if (what < 0.6) {
      pick(bridge.streams())?.cut();
    } else if (what < 0.65 && awake().length) {
      const { page } = pick(awake());
      page.hear('pagehide', { persisted: true });
      await machine.run(next() * 2000);
      page.hear('pageshow', { persisted: true });
    }
    bridge.publish(Math.floor(next() * 4));
    await machine.run(next() * (next() < 0.5 ? 50 : 1500));
  }
  alive().forEach((tab) => tab.page.thaw());
  await machine.run(20000);
  bridge.publish(1);
  await machine.run(20000);
  alive().forEach((tab) => assertOnceInOrder(tab, bridge.count, seed));
  assert.ok(alive().every(isOpen), `seed ${seed}`);
  assert.equal(bridge.streams().length, 1, `seed ${seed}`);
  assert.deepEqual(machine.failures, [], `seed ${seed}`);
  alive().forEach((tab) => tab.stream.close());
  await machine.run(100);
  assert.equal(bridge.streams().length, 0, `seed ${seed}`);
}

for (const [way, has] of Object.entries(WAYS)) {
  test(`over any walk of tabs with ${way} each has every event once, in order`, async () => {
    const seeds = process.env.SEED ? [+process.env.SEED] : numbers(1, +(process.env.WALKS ?? 20));
    for (const seed of seeds) {
      await walk(seed, has, 60);
    }
  });
}

// The page that the one connection is in.
const owner = (bridge, tabs) => tabs.find(({ page }) => bridge.streams().some((stream) => stream.page === page));

for (const [way, has] of Object.entries(WAYS).filter(([, { worker, script }]) => worker === false || script)) {
  for (const end of ['kill', 'freeze', 'close']) {
    test(`within two seconds the connection has moved (${end}, ${way})`, async () => {
      for (let seed = 1; seed <= 10; seed++) {
        const machine = new Machine(seed);
        const bridge = new Bridge(machine);
        const tabs = numbers(1, 4).map(() => open(machine.page(has)));
        await machine.until(() => tabs.every(isOpen));
        await machine.run(3000 + seed * 77);
        const leader = owner(bridge, tabs);
        const others = tabs.filter((tab) => tab !== leader);
        end === 'close' ? leader.stream.close() : leader.page[end]();
        bridge.publish();
        const since = machine.time;
        await machine.until(() => others.every(({ got }) => got.length === 1), 5000);
        assert.ok(machine.time - since <= 2000, `${machine.time - since} ms, seed ${seed}`);
        await machine.run(5000);
        others.forEach(({ got }) => assert.deepEqual(got, [1]));
        leader.page.thaw();
        await machine.run(5000);
        assert.equal(bridge.streams().length, 1, `one connection, seed ${seed}`);
      }
    });
  }
}

for (const [locks, most] of [
  [true, 200],
  [false, 2000],
]) {
  test(`a worker that is gone is made anew ${locks ? 'at once' : 'within two seconds, without locks'}`, async () => {
    const machine = new Machine(2);
    const bridge = new Bridge(machine);
    const tabs = numbers(1, 3).map(() => open(machine.page({ locks })));
    await machine.until(() => tabs.every(isOpen));
    await machine.run(1000);
    const [worker] = machine.workers.values();
    machine.workers.clear();
    worker.page.kill();
    bridge.publish(3);
    await machine.run(most);
    tabs.forEach(({ got }) => assert.deepEqual(got, [1, 2, 3]));
    await machine.run(5000);
    tabs.forEach(({ got }) => assert.deepEqual(got, [1, 2, 3]));
    assert.equal(bridge.streams().length, 1);
  });
}

test('tabs that call gaps by other names have a connection each', async () => {
  const machine = new Machine(2);
  const bridge = new Bridge(machine);
  const tabs = ['sse.gap', 'lost', 'lost'].map((gapType) => open(machine.page(), { gapType }));
  await machine.until(() => tabs.every(isOpen));
  await machine.run(1000);
  assert.equal(bridge.streams().length, 2);
});

test('of a tab that was killed a worker hears nothing, and closes its connection all the same', async () => {
  const machine = new Machine(2);
  const bridge = new Bridge(machine);
  const [tab, other] = [machine.page(), machine.page()].map((page) => open(page));
  const third = machine.page();
  const elsewhere = connect(`${URL}/elsewhere`, { shared: true, world: third.world });
  await machine.until(() => isOpen(tab) && isOpen(other) && elsewhere.state.state === 'open');
  tab.page.kill();
  for (let i = 0; i < 6; i++) {
    await machine.run(10000);
    bridge.heartbeat();
  }
  assert.equal(bridge.streams().length, 2, 'one is there still');
  other.page.kill();
  for (let i = 0; i < 4; i++) {
    await machine.run(8000);
    bridge.heartbeat();
  }
  assert.deepEqual(bridge.streams().map(({ request }) => request.url), [`${URL}/elsewhere`]);
});

test('a tab that has missed more than the hub remembers catches up alone, one after the other', async () => {
  const machine = new Machine(4);
  const bridge = new Bridge(machine);
  bridge.publish(3000);
  const first = open(machine.page());
  await machine.until(() => isOpen(first));
  const late = numbers(1, 6).map((number) => open(machine.page(), { lastEventId: bridge.id(number) }));
  for (let i = 0; i < 100; i++) {
    bridge.publish();
    await machine.run(100);
  }
  late.forEach(({ got }, at) => assert.deepEqual(got, numbers(at + 2, 3100)));
  assert.deepEqual(first.got, numbers(3001, 3100));
  assert.equal(bridge.streams().length, 1);
  assert.equal(bridge.most, 2, 'one of its own at a time');
});

test('a tab that is closed when it begins to catch up leaves no connection of its own', async () => {
  const machine = new Machine(4);
  const bridge = new Bridge(machine);
  const [first, late] = numbers(1, 2).map(() => open(machine.page()));
  await machine.until(() => isOpen(first) && isOpen(late));
  bridge.publish();
  await machine.run(100);
  late.page.freeze(true);
  bridge.publish(3000);
  await machine.run(100);
  late.page.thaw();
  let told = 0;
  late.stream.on('state', ({ state }) => state === 'connecting' && ++told && late.stream.close());
  for (let i = 0; i < 50; i++) {
    bridge.publish();
    await machine.run(100);
  }
  assert.deepEqual([told, late.stream.state.state, bridge.streams().length], [1, 'closed', 1]);
});

test('the worker is where the page says, also for a stream of another origin', async () => {
  const machine = new Machine(4);
  const bridge = new Bridge(machine);
  const tabs = numbers(1, 2).map(() => {
    const page = machine.page();
    const { SharedWorker } = page.world;
    page.world.SharedWorker = class extends SharedWorker {
      constructor(script, options) {
        super(script, options);
        page.script = script;
      }
    };
    const stream = connect('http://events.example/events', { shared: true, world: page.world, worker: '/lib/sse-bridge.js' });
    return { page, stream };
  });
  await machine.until(() => tabs.every(isOpen));
  assert.equal(bridge.streams().length, 1);
  assert.equal(tabs[0].page.script, 'http://shop.example/lib/sse-bridge.js');
});

test('what was too old for the bridge is a gap for the tab that lacks it, and for no other', async () => {
  const machine = new Machine(4);
  const bridge = new Bridge(machine, { retained: 10 });
  bridge.publish(100);
  const first = open(machine.page());
  await machine.until(() => isOpen(first));
  const late = open(machine.page(), { lastEventId: bridge.id(50) });
  await machine.run(3000);
  bridge.publish();
  await machine.run(100);
  assert.deepEqual(late.gaps.map(({ missed, reason }) => [missed, reason]), [[40, 'evicted']]);
  assert.deepEqual(late.got, numbers(91, 101));
  assert.deepEqual([first.gaps, first.got], [[], [101]]);
});

test('each tab begins where it wishes: with all, with the newest, with the next', async () => {
  const machine = new Machine(4);
  const bridge = new Bridge(machine);
  bridge.publish(5);
  const tabs = [{}, { last: 2 }, { from: 'earliest' }, { last: 2 }, {}].map((options) => open(machine.page(), options));
  await machine.run(5000);
  bridge.publish();
  await machine.run(100);
  assert.deepEqual(tabs.map(({ got }) => got), [[6], [4, 5, 6], numbers(1, 6), [4, 5, 6], [6]]);
  assert.equal(bridge.streams().length, 1);
});

test('the token comes from a tab that is alive, and tabs of different users share nothing', async () => {
  const machine = new Machine(9);
  const bridge = new Bridge(machine);
  const jwt = (sub, n) => `h.${btoa(JSON.stringify({ sub, n }))}.s`;
  const asked = [];
  const of = (user, name) => {
    let n = 0;
    return open(machine.page(), { token: async (why) => (asked.push([name, why]), jwt(user, `${name}${++n}`)) });
  };
  const [a, b, c] = [of('ann', 'a'), of('ann', 'b'), of('carl', 'c')];
  await machine.until(() => [a, b, c].every(isOpen));
  assert.equal(bridge.streams().length, 2);
  a.page.freeze();
  b.page.do(() => {});
  const before = asked.length;
  bridge.streams().forEach((stream) => stream.cut());
  await machine.run(8000);
  assert.ok([b, c].every(isOpen));
  assert.deepEqual(asked.slice(before).map(([name]) => name).sort(), ['b', 'c']);
  for (const { url, headers } of machine.requests) {
    assert.ok(!url.includes('h.') && headers.authorization.startsWith('Bearer h.'));
  }
});

for (const [way, has] of Object.entries(WAYS)) {
  test(`tokens that say nothing of their user, each another one, make no hot loop (${way})`, async () => {
    const machine = new Machine(9);
    const bridge = new Bridge(machine);
    let asked = 0;
    const tabs = numbers(1, 3).map(() => open(machine.page(has), { token: async () => `once ${++asked}` }));
    await machine.until(() => tabs.every(isOpen));
    assert.equal(asked, 3, 'one for each connection');
    bridge.streams()[0].cut();
    await machine.run(10000);
    assert.ok(tabs.every(isOpen));
    assert.equal(asked, 4);
    assert.equal(new Set(machine.requests.map(({ headers }) => headers.authorization)).size, 4);
    bridge.publish();
    await machine.run(100);
    tabs.forEach(({ got }) => assert.deepEqual(got, [1]));
  });
}

test('tabs whose first token is late or not to be had say so, and share as soon as it is', async () => {
  for (const [token, reason] of [
    [() => Promise.reject(new Error('the login is down')), 'the login is down'],
    [() => new Promise(() => {}), 'no answer for 30 s'],
  ]) {
    const machine = new Machine(9);
    const bridge = new Bridge(machine);
    let down = true;
    const tabs = numbers(1, 3).map(() => open(machine.page(), { token: (why) => (down ? token(why) : 't') }));
    await machine.run(31000);
    tabs.forEach(({ states }) => assert.ok(states.some((state) => state.reason === reason)));
    assert.equal(machine.requests.length, 0);
    down = false;
    await machine.run(61000);
    assert.ok(tabs.every(isOpen));
    assert.equal(bridge.streams().length, 1);
    assert.equal(bridge.most, 1);
  }
});

test('a token that fails without a word is waited for, and not taken for none', async () => {
  for (const failure of [undefined, 'down', '', new Error()]) {
    const machine = new Machine(9);
    const bridge = new Bridge(machine);
    let down = false;
    const token = async () => (down ? Promise.reject(failure) : 't');
    const tabs = numbers(1, 2).map(() => open(machine.page(), { token }));
    await machine.until(() => tabs.every(isOpen));
    down = true;
    bridge.streams()[0].cut();
    await machine.run(60000);
    assert.ok(machine.requests.every(({ headers }) => headers.authorization === 'Bearer t'));
    tabs.forEach(({ stream }) => assert.notEqual(stream.state.state, 'closed'));
    down = false;
    await machine.run(31000);
    assert.ok(tabs.every(isOpen));
  }
});

test('a tab without a token does not share with one whose token is none', async () => {
  const machine = new Machine(9);
  const bridge = new Bridge(machine);
  const tabs = [{ token: async () => null }, { token: async () => null }, {}].map((options) => open(machine.page(), options));
  await machine.until(() => tabs.every(isOpen));
  assert.equal(bridge.streams().length, 2);
});

test('who signs in as somebody else leaves those he shared with', async () => {
  const machine = new Machine(9);
  const bridge = new Bridge(machine);
  let user = 'ann';
  const token = async () => `h.${btoa(JSON.stringify({ sub: user }))}.s`;
  const [tab] = [open(machine.page(), { token })];
  await machine.until(() => isOpen(tab));
  user = 'carl';
  bridge.streams()[0].cut();
  await machine.run(10000);
  const sent = JSON.parse(atob(machine.requests.at(-1).headers.authorization.split('.')[1]));
  assert.equal(sent.sub, 'carl');
  assert.ok(isOpen(tab));
  assert.equal(bridge.streams().length, 1);
});

test('when somebody else signs in all tabs have moved to him soon', async () => {
  for (const has of [{}, { worker: false }, { worker: false, locks: false }]) {
    const machine = new Machine(9);
    const bridge = new Bridge(machine);
    let user = 'ann';
    const token = async () => `h.${btoa(JSON.stringify({ sub: user }))}.s`;
    const tabs = numbers(1, 9).map(() => open(machine.page(has), { token }));
    await machine.until(() => tabs.every(isOpen));
    user = 'carl';
    bridge.streams()[0].cut();
    bridge.publish();
    await machine.until(() => tabs.every(({ got }) => got.length === 1), 5000);
    await machine.run(5000);
    assert.ok(tabs.every(isOpen));
    assert.equal(bridge.streams().length, 1);
    tabs.forEach(({ got }) => assert.deepEqual(got, [1]));
  }
});

test('where there are no channels each tab has a connection of its own', async () => {
  const machine = new Machine(4);
  const bridge = new Bridge(machine);
  const tabs = numbers(1, 2).map(() => open(machine.page({ channels: false })));
  await machine.run(1000);
  bridge.publish();
  await machine.run(100);
  tabs.forEach(({ got }) => assert.deepEqual(got, [1]));
  assert.equal(bridge.streams().length, 2);
});

test('all tabs are told the state, a refusal, and that it is over', async () => {
  const machine = new Machine(4);
  const bridge = new Bridge(machine);
  const tabs = numbers(1, 3).map(() => open(machine.page()));
  await machine.until(() => tabs.every(isOpen));
  machine.answer = () => ({ status: 503, statusText: 'Busy', body: '' });
  bridge.streams()[0].cut();
  await machine.run(5000);
  tabs.forEach(({ stream }) => assert.deepEqual([stream.state.state, stream.state.status, stream.state.reason], ['waiting', 503, '503 Busy']));
  machine.answer = () => ({ status: 204, body: '' });
  await machine.run(60000);
  tabs.forEach(({ stream }) => assert.equal(stream.state.state, 'closed'));
  assert.equal(machine.tasks.size, 0, 'nothing is left');
});

test('a worker is told that the browser is offline, and online again', async () => {
  const machine = new Machine(4);
  const bridge = new Bridge(machine);
  const tabs = numbers(1, 3).map(() => open(machine.page()));
  await machine.until(() => tabs.every(isOpen));
  tabs.forEach(({ page }) => page.hear('offline'));
  await machine.run(20);
  tabs.forEach(({ stream }) => assert.deepEqual([stream.state.state, stream.state.reason], ['waiting', 'offline']));
  tabs.forEach(({ page }) => page.hear('online'));
  await machine.run(1100);
  assert.ok(tabs.every(isOpen));
  assert.equal(bridge.streams().length, 1);
});

test('ids of other servers will do as well', async () => {
  const machine = new Machine(6);
  const log = [];
  const streams = new Set();
  const text = (at) => `id: ${log[at]}\ndata: ${at + 1}\n\n`;
  machine.answer = ({ headers }, connection) => {
    const at = headers['last-event-id'] ? log.indexOf(headers['last-event-id']) + 1 : log.length;
    streams.add(connection);
    connection.write(`:\n\n${log.slice(at).map((id, more) => text(at + more)).join('')}`);
  };
  const publish = () => {
    log.push(`x${machine.random().toString(36).slice(2)}`);
    streams.forEach((connection) => machine.connections.has(connection) && connection.write(text(log.length - 1)));
  };
  const tabs = numbers(1, 4).map(() => open(machine.page({ worker: false })));
  await machine.until(() => tabs.every(isOpen));
  for (let i = 0; i < 200; i++) {
    publish();
    await machine.run(50);
    if (i % 40 === 20) {
      const [stream] = machine.connections;
      const tab = tabs.find(({ page }) => page === stream.page);
      tab.page.freeze();
      await machine.run(2500);
      tab.page.thaw();
    }
  }
  await machine.run(5000);
  tabs.forEach(({ got }) => assert.deepEqual(got, numbers(1, 200)));
});
