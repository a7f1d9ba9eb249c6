import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bridge } from './bridge.mjs';
import { Machine } from './machine.mjs';
import { connect, ticket } from './module.mjs';

const URL = 'http://shop.example/events';
const JSON_PROBLEM = { 'content-type': 'application/problem+json' };

// A page with one stream: what came, and how its connection was.
function begin(answer, options = {}) {
  const machine = new Machine(3);
  const page = machine.page();
  machine.answer = answer;
  const stream = connect(URL, { world: page.world, ...options });
  const got = [];
  const states = [];
  stream.on('*', (event) => got.push(event.data));
  stream.on('state', (state) => states.push({ ...state, time: machine.time }));
  return { machine, page, stream, got, states };
}

const names = (states) => states.map(({ state }) => state);
const writes = (text) => (request, connection) => connection.write(text);
const ends = (text) => (request, connection) => (connection.write(text), connection.end());
const answers = (...list) => (request, connection) => list.length > 1 ? list.shift()(request, connection) : list[0](request, connection);
const status = (number, body = '', headers = {}) => () => ({ status: number, statusText: 'Text', body, headers });
const waits = (requests) => requests.slice(1).map((request, at) => request.time - requests[at].time);

test('a stream is told with its states, events and their fields', async () => {
  const { machine, stream, states } = begin(writes('id: a-1\ndata: {"x":1}\n\nevent: reading\nid: a-2\ndata: two\ndata: lines\n\n'));
  const seen = [];
  stream.on('message', (event) => seen.push(event));
  const off = stream.on('reading', (event) => seen.push(event));
  assert.equal(stream.state.state, 'connecting');
  await machine.run(100);
  assert.deepEqual(names(states), ['connecting', 'open']);
  assert.deepEqual(states[1], { state: 'open', status: 200, reason: null, retryInMs: null, time: states[1].time });
  assert.deepEqual(seen.map(({ id, type, data }) => [id, type, data]), [
    ['a-1', 'message', '{"x":1}'],
    ['a-2', 'reading', 'two\nlines'],
  ]);
  assert.deepEqual(seen[0].json(), { x: 1 });
  assert.equal(stream.id, 'a-2');
  assert.equal(machine.requests[0].headers.accept, 'text/event-stream');
  off();
  [...machine.connections][0].write('event: reading\ndata: unheard\n\n');
  await machine.run(10);
  assert.equal(seen.length, 2);
});

test('it begins where it is asked to, and goes on with the id', async () => {
  for (const [options, query] of [
    [{ from: 'earliest' }, '?from=earliest'],
    [{ last: 5 }, '?last=5'],
    [{ since: '2026-01-31T12:00:00Z' }, '?since=2026-01-31T12%3A00%3A00Z'],
    [{}, ''],
  ]) {
    const { machine } = begin(answers(status(502), ends('id: a-1\n\n'), writes('')), options);
    await machine.run(30000);
    const { requests } = machine;
    assert.deepEqual(requests.map(({ url }) => url), [URL + query, URL + query, URL]);
    assert.deepEqual(requests.map(({ headers }) => headers['last-event-id']), [undefined, undefined, 'a-1']);
  }
});

test('an id goes out as UTF-8, and one that cannot be sent is said to be so', async () => {
  const { machine, states } = begin(answers(ends('id: é\n\n'), ends('id: \u0001\n\n'), writes('')));
  await machine.run(10000);
  assert.deepEqual(machine.requests.map(({ headers }) => headers['last-event-id']), [undefined, 'Ã©', undefined]);
  assert.equal(states.at(-2).reason, 'the last event id cannot be sent');
  const long = begin(answers(ends(`id: ${'7'.repeat(300000)}\n\n`), writes('')));
  await long.machine.run(10000);
  assert.equal(long.machine.requests[1].headers['last-event-id'], undefined);
  assert.equal(long.stream.state.state, 'open');
});

test('an id that is a number goes out as one that is a text does', async () => {
  for (const lastEventId of [42, 0]) {
    const { machine, stream } = begin(writes('data: 1\n\n'), { lastEventId });
    await machine.run(200);
    assert.equal(machine.requests[0].headers['last-event-id'], `${lastEventId}`);
    assert.deepEqual([stream.state.state, stream.id], ['open', `${lastEventId}`]);
  }
});

test('headers are what fetch takes for headers, and wrong ones are refused at once', async () => {
  for (const headers of [{ 'X-Room': '7' }, new Headers({ 'X-Room': '7' }), new Map([['X-Room', '7']]), [['X-Room', '7']]]) {
    const { machine } = begin(writes(''), { headers, token: () => 'abc' });
    await machine.run(200);
    const { 'x-room': room, authorization, accept } = machine.requests[0].headers;
    assert.deepEqual([room, authorization, accept], ['7', 'Bearer abc', 'text/event-stream']);
  }
  assert.throws(() => begin(writes(''), { headers: { 'a b': 'c' } }), TypeError);
});

test('a relative URL is relative to what the page says, as with fetch', async () => {
  for (const [baseURI, url, expected] of [
    ['http://shop.example/app/v1/', 'events', 'http://shop.example/app/v1/events'],
    ['http://shop.example/page', '/events', 'http://shop.example/events'],
  ]) {
    const machine = new Machine(3);
    const { world } = machine.page();
    world.location.href = 'about:srcdoc';
    world.document.baseURI = baseURI;
    machine.answer = ({ url: asked }) => (asked.endsWith('/ticket') ? { status: 201, body: '{"ticket":"t"}' } : { status: 204 });
    const stream = connect(url, { world, worker: '/sse-bridge.js' });
    await machine.run(200);
    assert.equal(machine.requests[0].url, expected);
    assert.equal(stream.state.status, 204);
    const bought = ticket(url, { token: () => 'abc', world });
    await machine.run(200);
    assert.equal(await bought, `${expected}?ticket=t`);
  }
});

for (const number of [500, 502, 503, 504, 408, 425, 429]) {
  test(`it never gives up on ${number}`, async () => {
    const { machine, states } = begin(status(number, '<html>', { 'content-type': 'text/html' }));
    await machine.run(3600000);
    assert.ok(machine.requests.length > 100);
    assert.equal(states.at(-1).status, number);
    assert.equal(states.find(({ state }) => state === 'waiting').reason, `${number} Text`);
    assert.ok(!names(states).includes('closed'));
  });
}

test('it never gives up on a network that fails', async () => {
  const { machine, states } = begin(() => null);
  await machine.run(3600000);
  assert.ok(machine.requests.length > 100);
  const waiting = states.find(({ state }) => state === 'waiting');
  assert.equal(waiting.reason, 'Failed to fetch');
  assert.equal(waiting.status, null);
});

for (const number of [400, 403, 404, 405, 410, 421, 201, 301]) {
  test(`${number} is final, with the reason that the server gives`, async () => {
    const problem = JSON.stringify({ title: 'No', detail: 'no such route' });
    const { machine, states, stream } = begin(status(number, problem, JSON_PROBLEM));
    await machine.run(100000);
    assert.equal(machine.requests.length, 1);
    assert.deepEqual(stream.state, { state: 'closed', status: number, reason: 'no such route', retryInMs: null });
    assert.deepEqual(names(states), ['connecting', 'closed']);
  });
}

test('the reason is a text, whatever the body of a refusal calls so', async () => {
  for (const [body, reason] of [
    [{ detail: [{ loc: ['query', 'q'], msg: 'missing' }] }, '422 Text'],
    [{ detail: { a: 1 }, title: 'Wrong' }, 'Wrong'],
    [{ detail: '', title: 7 }, '422 Text'],
    ['detail', '422 Text'],
  ]) {
    const { machine, stream } = begin(status(422, JSON.stringify(body), { 'content-type': 'application/json' }));
    await machine.run(100);
    assert.equal(stream.state.reason, reason);
  }
});

test('204 and another content type are final', async () => {
  for (const [answer, reason] of [
    [status(204), 'the server says: no more'],
    [status(200, '<html>', { 'content-type': 'text/html' }), 'expected text/event-stream, got text/html'],
    [status(200, '', { 'content-type': 'text/event-streamx' }), 'expected text/event-stream, got text/event-streamx'],
  ]) {
    const { machine, stream } = begin(answer);
    await machine.run(100000);
    assert.equal(machine.requests.length, 1);
    assert.equal(stream.state.state, 'closed');
    assert.equal(stream.state.reason, reason);
  }
});

test('waits double up to 30 s, and begin anew after a stream that has brought something', async () => {
  const { machine, states } = begin(status(503));
  await machine.run(300000);
  const times = waits(machine.requests);
  for (const [at, least] of [1000, 2000, 4000, 8000, 16000].entries()) {
    assert.ok(times[at] >= least && times[at] <= least * 1.5 + 10, `${times[at]}, expected ${least} and up to half more`);
  }
  assert.ok(times.slice(5).every((time) => time >= 30000 && time <= 30010), times);
  const waiting = states.filter(({ state }) => state === 'waiting');
  assert.ok(waiting[0].retryInMs >= 1000 && waiting[0].retryInMs <= 1500);

  machine.answer = answers(ends('data: x\n\n'), status(503));
  const before = machine.requests.length;
  await machine.run(60000);
  const after = waits(machine.requests.slice(before));
  assert.ok(after[0] < 1600, after);
});

test('the wish of the server is the least', async () => {
  const { machine } = begin(ends('retry: 4000\ndata: x\n\n'));
  await machine.run(60000);
  assert.ok(waits(machine.requests).every((time) => time >= 4000 && time <= 6010));
});

test('neither empty streams nor retry: 0 make a hot loop', async () => {
  const empty = begin(ends('retry: 0\n\n'));
  await empty.machine.run(60000);
  assert.ok(empty.machine.requests.length < 15, empty.machine.requests.length);
  const full = begin(ends('retry: 0\nid: a-1\ndata: x\n\n'));
  await full.machine.run(10000);
  assert.ok(full.machine.requests.length <= 101, full.machine.requests.length);
});

test('Retry-After is waited for, in seconds and as a date, and what is neither is not heeded', async () => {
  const machine = new Machine(1);
  for (const [value, least] of [
    ['20', 20000],
    [new Date(machine.time + 20000).toUTCString(), 19000],
    ['soon', 1000],
    ['-5', 1000],
    ['99999999999999', 86400000],
  ]) {
    const { machine: own, page } = begin(answers(status(503, '', { 'retry-after': value }), writes('')));
    await own.run(500);
    page.hear('online');
    page.hear('visibilitychange');
    await own.run(2 * 86400000);
    const [wait] = waits(own.requests);
    assert.ok(wait >= least && wait < least * 1.6, `${value}: ${wait}`);
  }
});

test('a soft refusal is told, waited for, and more slowly each time', async () => {
  const refused = ': refused, too many\nevent: sse.refused\nretry: 2000\ndata: {"reason":"limits.subscribers: 5"}\n\n';
  const { machine, stream, states, page, got } = begin(answers(...Array(4).fill(ends(refused)), writes('data: in\n\n')));
  const told = [];
  stream.on('sse.refused', (event) => told.push(event.json().reason));
  await machine.run(1000);
  page.hear('online'); // whoever comes back does not come sooner than the server wishes
  await machine.run(900);
  assert.equal(machine.requests.length, 1);
  await machine.run(60000);
  assert.deepEqual(told, Array(4).fill('limits.subscribers: 5'));
  const waiting = states.filter(({ state }) => state === 'waiting');
  assert.ok(waiting.every(({ reason, status: number }) => reason === 'limits.subscribers: 5' && number === 200));
  const [first, second, third] = waits(machine.requests);
  assert.ok(first >= 1990 && second >= 4000 && third >= 8000);
  assert.deepEqual(got, ['in'], 'a refusal is no event of the stream');
  assert.equal(names(states).filter((name) => name === 'open').length, 1, 'what is refused is never open');
});

test('a refusal that does not end is not open either, and a stream that brings nothing is', async () => {
  const refused = begin(writes('event: sse.refused\ndata: {"reason":"full"}\n\n'));
  await refused.machine.run(10000);
  assert.deepEqual(names(refused.states), ['connecting']);
  const silent = begin(() => undefined);
  await silent.machine.run(200);
  assert.deepEqual(names(silent.states), ['connecting', 'open']);
});

test('a comment is the reason of a stream that ends with nothing else', async () => {
  const { machine, states } = begin(ends(': the server is full\nretry: 3000\n\n'));
  await machine.run(100);
  assert.equal(states.at(-1).reason, 'the server is full');
});

test('two heartbeats without a byte end a connection, and a comment is a byte', async () => {
  const { machine, states } = begin(writes('id: a-1\ndata: x\n\n'));
  for (let i = 0; i < 10; i++) {
    await machine.run(18000);
    [...machine.connections][0].write(':\n\n');
  }
  assert.equal(machine.requests.length, 1);
  await machine.run(29900);
  assert.equal(machine.requests.length, 1);
  await machine.run(2100);
  assert.equal(machine.requests.length, 2);
  assert.match(states.find(({ state }) => state === 'waiting').reason, /^nothing came for 30 s$/);
  assert.equal(machine.requests[1].headers['last-event-id'], 'a-1');
  assert.equal(machine.connections.size, 1, 'the silent one is closed');
});

test('a time of 0 is none', async () => {
  const { machine, stream } = begin(answers(() => new Promise(() => {}), writes('')), { connectTimeout: 0, heartbeat: 0 });
  await machine.run(3600000);
  assert.equal(machine.requests.length, 1);
  assert.equal(stream.state.state, 'connecting');
  const open = begin(writes('data: x\n\n'), { connectTimeout: 0, heartbeat: 0 });
  await open.machine.run(3600000);
  assert.equal(open.machine.requests.length, 1);
  assert.equal(open.stream.state.state, 'open');
});

test('a request that is not answered is given up, and so is a token', async () => {
  const hangs = begin(() => new Promise(() => {}));
  await hangs.machine.run(31000);
  assert.equal(hangs.states.at(-1).reason, 'no answer for 30 s');
  const token = begin(writes(''), { token: () => new Promise(() => {}), connectTimeout: 5000 });
  await token.machine.run(5500);
  assert.equal(token.states.at(-1).reason, 'no answer for 5 s');
});

test('a clock that is set back delays nothing', async () => {
  const { machine, page, states } = begin(answers(writes('data: 1\n\n'), status(503, '', { 'retry-after': '60' }), writes('')));
  await machine.run(10000);
  machine.set = -3600000;
  [...machine.connections][0].cut();
  await machine.run(5000);
  assert.equal(machine.requests.length, 2);
  machine.set -= 3600000;
  page.online(true); // which has it look whether the time has come
  await machine.run(90000);
  assert.equal(machine.requests.length, 3);
  assert.ok(machine.requests[2].time - machine.requests[1].time >= 60000);
  assert.equal(states.at(-1).state, 'open');
});

test('after the machine has slept it connects anew, from where it was', async () => {
  const { machine, got } = begin(writes('id: a-1\ndata: x\n\n'));
  await machine.run(10000);
  machine.sleep(3600000);
  await machine.run(7000);
  assert.equal(machine.requests.length, 2);
  assert.equal(machine.requests[1].headers['last-event-id'], 'a-1');
  assert.ok(got.length);
});

test('offline is told at once, nobody hammers, and online goes on at once', async () => {
  const { machine, page, states } = begin(writes('id: a-1\ndata: x\n\n'));
  await machine.run(5000);
  page.online(false);
  await machine.run(10);
  assert.deepEqual([states.at(-1).state, states.at(-1).reason], ['waiting', 'offline']);
  await machine.run(600000);
  assert.ok(machine.requests.length < 25, machine.requests.length);
  page.online(true);
  await machine.run(1100);
  assert.equal(states.at(-1).state, 'open');
});

test('a page that is looked at again does not wait any longer', async () => {
  const { machine, page, states } = begin(answers(...Array(8).fill(status(502)), writes('')));
  await machine.until(() => machine.requests.length === 8, 200000);
  await machine.run(5000);
  assert.equal(states.at(-1).state, 'waiting');
  page.document.hidden = true;
  page.hear('visibilitychange');
  await machine.run(100);
  assert.equal(states.at(-1).state, 'waiting');
  page.document.hidden = false;
  page.hear('visibilitychange');
  await machine.run(200);
  assert.equal(states.at(-1).state, 'open');
});

test('it lets go for the back-forward cache and for a freeze, and then goes on', async () => {
  for (const [away, back] of [['pagehide', 'pageshow'], ['freeze', 'resume']]) {
    const { machine, page, states } = begin(writes('id: a-1\ndata: x\n\n'));
    await machine.run(1000);
    page.hear('pageshow'); // the first one, of each page
    page.hear(away, { persisted: true });
    await machine.run(100000);
    assert.equal(machine.connections.size, 0);
    assert.deepEqual([states.at(-1).state, states.at(-1).reason], ['waiting', 'the page is away']);
    page.hear(back, { persisted: true });
    await machine.run(100);
    assert.equal(states.at(-1).state, 'open');
    assert.deepEqual(machine.requests.map(({ headers }) => headers['last-event-id']), [undefined, 'a-1']);
  }
});

test('a token is asked for before each connection, and once more after a 401', async () => {
  const asked = [];
  const token = async (why) => `${asked.push(why)}`;
  const once = begin(answers(ends('data: x\n\n'), status(401), writes('data: y\n\n')), { token });
  await once.machine.run(10000);
  assert.deepEqual(asked, ['connect', 'connect', 'refused']);
  assert.deepEqual(once.machine.requests.map(({ headers }) => headers.authorization), ['Bearer 1', 'Bearer 2', 'Bearer 3']);
  assert.ok(waits(once.machine.requests)[1] < 10, 'at once');
  assert.equal(once.stream.state.state, 'open');

  const never = begin(status(401, '{"detail":"expired"}', JSON_PROBLEM), { token });
  await never.machine.run(100000);
  assert.equal(never.machine.requests.length, 2);
  assert.deepEqual(never.stream.state, { state: 'closed', status: 401, reason: 'expired', retryInMs: null });

  const without = begin(status(401));
  await without.machine.run(100000);
  assert.equal(without.machine.requests.length, 1);
});

test('a token that cannot be had is waited for, with its reason', async () => {
  let times = 0;
  const token = async () => {
    if (++times < 4) {
      throw new Error('the login is down');
    }
    return 'good';
  };
  const { machine, states } = begin(writes('data: x\n\n'), { token });
  await machine.run(100);
  assert.equal(states.at(-1).reason, 'the login is down');
  await machine.run(20000);
  assert.equal(states.at(-1).state, 'open');
  assert.equal(machine.requests.length, 1);
});

test('what a token fails with need not be an Error', async () => {
  for (const [token, reason] of [
    [() => Promise.reject('the login is down'), 'the login is down'],
    [() => Promise.reject(), 'undefined'],
    [() => Promise.reject(new TypeError()), 'TypeError'],
    [() => {
      throw new Error('at once');
    }, 'at once'],
  ]) {
    for (const shared of [false, true]) {
      let times = 0;
      const { machine, states, stream } = begin(writes('data: x\n\n'), {
        shared,
        token: (why) => (++times < 3 ? token(why) : 'good'),
      });
      await machine.run(30000);
      assert.equal(states.find(({ state }) => state === 'waiting').reason, reason);
      assert.equal(stream.state.state, 'open');
    }
  }
});

test('before its token ends a stream goes on with the next one, nothing lost and nothing twice', async () => {
  const machine = new Machine(5);
  const bridge = new Bridge(machine);
  const page = machine.page();
  let tokens = 0;
  const stream = connect(URL, { world: page.world, token: async () => `t${++tokens}`, from: 'earliest' });
  const got = [];
  stream.on('message', (event) => got.push(+event.data));
  for (let i = 1; i <= 300; i++) {
    bridge.publish();
    await machine.run(100);
    if (i === 50 || i === 200) {
      const expires = new Date(machine.time + 30000).toISOString();
      bridge.streams()[0].write(`event: sse.auth\ndata: {"expires":"${expires}"}\n\n`);
    }
  }
  await machine.run(30000);
  assert.deepEqual(got, Array.from({ length: 300 }, (ignored, at) => at + 1));
  assert.equal(tokens, 3);
  assert.equal(bridge.most, 1);
});

test('tokens that end as soon as they begin make no hot loop', async () => {
  let tokens = 0;
  const answer = (request, connection) =>
    connection.write(`event: sse.auth\ndata: {"expires":"${new Date(0).toISOString()}"}\n\n`);
  const { machine } = begin(answer, { token: async () => `t${++tokens}` });
  await machine.run(60000);
  assert.ok(machine.requests.length <= 61, machine.requests.length);
  const same = begin(answer, { token: async () => 'the same' });
  await same.machine.run(30000);
  assert.equal(same.machine.requests.length, 1, 'no better one: it goes on to the end');
});

test('gaps are objects, and what is no JSON is a gap of which nobody knows', async () => {
  const gap = '{"from":"a-1","to":"a-5","missed":4,"reason":"slow","policy":"conflate"}';
  const { machine, stream, got } = begin(writes(`event: lost\ndata: ${gap}\n\nevent: lost\ndata: ?\n\n`), { gapType: 'lost' });
  const gaps = [];
  stream.on('gap', (what, event) => gaps.push([what, event.type]));
  await machine.run(100);
  assert.deepEqual(gaps, [
    [JSON.parse(gap), 'lost'],
    [{ missed: null, reason: null }, 'lost'],
  ]);
  assert.deepEqual(got, []);
});

const told = '{"from":"a-1","to":"a-9","missed":8,"reason":"evicted"}';

for (const [what, resume, missed, tells, gap] of [
  ['that only the head tells', 'gap', '8', false, { missed: 8, reason: null }],
  ['of which not even the head knows how much', 'reset', null, false, { missed: null, reason: null }],
  ['of nothing, for an id from the future', 'reset', '0', false, { missed: 0, reason: null }],
  ['that the head tells, too', 'gap', '8', true, { missed: 8, reason: 'evicted' }],
]) {
  for (const gapType of ['sse.gap', 'lost']) {
    test(`a gap ${what} is told once, as ${gapType}`, async () => {
      const headers = { 'content-type': 'text/event-stream', 'sse-resume': resume, ...(missed && { 'sse-missed': missed }) };
      const first = tells ? `event: ${gapType}\ndata: ${told}\n` : '';
      const goesOn = (request, connection) => {
        connection.write(`${first}id: a-9\n\nid: a-10\ndata: y\n\n`);
        return { headers };
      };
      for (const shared of [false, true]) {
        const { machine, stream, got } = begin(answers(ends('id: a-1\ndata: x\n\n'), goesOn), { shared, gapType });
        const gaps = [];
        stream.on('gap', (each, event) => gaps.push([each, event.id, event.type]));
        await machine.run(5000);
        assert.deepEqual(gaps, [[{ from: 'a-1', to: 'a-9', ...gap }, 'a-9', gapType]]);
        assert.deepEqual(got, ['x', 'y']);
      }
    });
  }
}

test('types are what lists, loops and * get; each handler gets its own type', async () => {
  const text = ['message', 'a', 'b', 'sse.source', 'state', 'gap'].map((type) => `event: ${type}\ndata: ${type}\n\n`).join('');
  const { machine, stream, got } = begin(writes(text), { types: ['a', 'sse.source'] });
  const seen = [];
  for (const type of ['message', 'b', 'sse.source']) {
    stream.on(type, (event) => seen.push(event.type));
  }
  await machine.run(100);
  assert.deepEqual(got, ['a', 'sse.source']);
  assert.deepEqual(seen, ['message', 'b', 'sse.source']);
  assert.deepEqual(stream.history().map(({ type }) => type), ['a', 'sse.source']);
  const all = begin(writes(text));
  await all.machine.run(100);
  assert.deepEqual(all.got, ['message', 'a', 'b', 'state', 'gap']);
});

test('lists have the newest, and never more than their limits', async () => {
  const { machine, stream } = begin(writes('data: 1\n\nevent: x\ndata: 2\n\ndata: 3\n\ndata: 4\n\n'), { history: 3 });
  assert.equal(stream.latest(), undefined);
  await machine.run(100);
  const data = (events) => events.map((event) => event.data);
  assert.deepEqual(data(stream.history()), ['2', '3', '4']);
  assert.deepEqual(data(stream.history(2)), ['3', '4']);
  assert.deepEqual(data(stream.history(0)), []);
  assert.equal(stream.latest().data, '4');
  assert.equal(stream.latest('x').data, '2');
  const large = begin(writes(`data: ${'x'.repeat(60)}\n\ndata: ${'y'.repeat(60)}\n\ndata: ${'z'.repeat(200)}\n\n`), { historySize: 100 });
  await large.machine.run(100);
  assert.deepEqual(data(large.stream.history()), ['z'.repeat(200)], 'the newest in any case');
});

test('a loop gets what comes, is told as a gap what it was too slow for, and ends with the stream', async () => {
  const many = Array.from({ length: 10 }, (ignored, at) => `id: a-${at + 1}\ndata: ${at + 1}\n\n`).join('');
  const { machine, stream } = begin(writes(many), { queue: 4 });
  const loop = stream[Symbol.asyncIterator]();
  await machine.run(100);
  const items = [];
  for (let i = 0; i < 5; i++) {
    items.push((await loop.next()).value);
  }
  assert.deepEqual(items[0].json(), { from: '', missed: 6, reason: 'overflow', to: 'a-6' });
  assert.equal(items[0].type, 'sse.gap');
  assert.deepEqual(items.slice(1).map(({ data }) => data), ['7', '8', '9', '10']);
  const pending = loop.next();
  stream.close();
  assert.deepEqual(await pending, { value: undefined, done: true });
});

test('a loop that is left leaves nothing behind, and the stream goes on', async () => {
  const { machine, stream } = begin(writes('data: 1\n\ndata: 2\n\n'));
  const seen = [];
  const over = (async () => {
    for await (const event of stream) {
      seen.push(event.data);
      break;
    }
  })();
  await machine.run(100);
  await over;
  assert.deepEqual(seen, ['1']);
  assert.equal(stream.state.state, 'open');
});

test('a handler that throws is reported, and ends nothing', async () => {
  const { machine, stream, got } = begin(writes('data: 1\n\ndata: 2\n\n'));
  const failure = new Error('of the handler');
  stream.on('message', () => {
    throw failure;
  });
  await machine.run(100);
  assert.deepEqual(got, ['1', '2']);
  assert.deepEqual(machine.failures, [failure, failure]);
  assert.equal(stream.state.state, 'open');
});

test('a handler that fails later is reported as well, and one that was taken off hears nothing', async () => {
  const { machine, stream } = begin(writes('data: 1\n\ndata: 2\n\n'));
  const failure = new Error('later');
  const seen = [];
  let off = null;
  stream.on('message', async () => {
    off();
    throw failure;
  });
  off = stream.on('message', (event) => seen.push(event.data));
  await machine.run(100);
  assert.deepEqual(machine.failures, [failure, failure]);
  assert.deepEqual(seen, []);
});

test('after close() nothing comes, also when an event closes it among others', async () => {
  const { machine, stream, got, states } = begin(writes('data: 1\n\ndata: 2\n\n'));
  stream.on('message', () => stream.close());
  await machine.run(100);
  stream.close();
  assert.deepEqual(got, ['1']);
  assert.deepEqual(states.at(-1).state, 'closed');
  assert.equal(machine.connections.size, 0);
  await machine.run(100000);
  assert.equal(machine.requests.length, 1);
  assert.equal(machine.tasks.size, 0, 'no timer is left');
});

test('it closes when its first state is told', async () => {
  for (const shared of [false, true]) {
    const { machine, stream } = begin(writes('data: 1\n\n'), { shared });
    stream.on('state', ({ state }) => state === 'connecting' && stream.close());
    await machine.run(100000);
    assert.equal(stream.state.state, 'closed');
    assert.equal(machine.connections.size, 0);
    assert.equal(machine.tasks.size, 0);
  }
});

test('a handler that closes it whenever a state is told leaves no connection and no timer', async () => {
  for (const state of ['connecting', 'open', 'waiting']) {
    for (const time of [1, 2]) {
      const answer = answers(ends('retry: 60000\ndata: 1\n\n'), writes('data: 2\n\n'));
      const { machine, stream } = begin(state === 'waiting' && time === 2 ? ends('data: 1\n\n') : answer);
      let told = 0;
      stream.on('state', (now) => now.state === state && ++told === time && stream.close());
      await machine.run(200000);
      assert.equal(told, time, `${state} ${time}`);
      assert.equal(stream.state.state, 'closed');
      assert.equal(machine.connections.size, 0, `${state} ${time}`);
      assert.equal(machine.tasks.size, 0);
    }
  }
  const { machine, stream } = begin(status(503, '', { 'retry-after': '3600' }));
  stream.on('state', ({ state }) => state === 'waiting' && stream.close());
  await machine.run(100);
  assert.equal(machine.tasks.size, 0, 'nothing waits for an hour');
});

test('it closes while it waits, while it connects, and by a signal', async () => {
  const waiting = begin(status(503));
  await waiting.machine.run(500);
  waiting.stream.close();
  await waiting.machine.run(100000);
  assert.equal(waiting.machine.requests.length, 1);
  const abort = new AbortController();
  const connecting = begin(() => new Promise(() => {}), { signal: abort.signal });
  await connecting.machine.run(500);
  abort.abort();
  await connecting.machine.run(100000);
  assert.equal(connecting.stream.state.state, 'closed');
  assert.equal(connecting.machine.tasks.size, 0);
  const before = begin(writes('data: 1\n\n'), { signal: AbortSignal.abort() });
  await before.machine.run(1000);
  assert.equal(before.stream.state.state, 'closed');
  assert.equal(before.machine.requests.length, 0);
});

test('after close() a loop gets nothing more, not even the event that it was closed by', async () => {
  const { machine, stream } = begin(writes('data: 1\n\ndata: 2\n\n'));
  const loop = stream[Symbol.asyncIterator]();
  stream.on('message', () => stream.close());
  await machine.run(100);
  assert.deepEqual(await loop.next(), { value: undefined, done: true });
});

test('an event that is too large fails the connection, and its id is not taken', async () => {
  const { machine, states } = begin(writes(`id: a-1\ndata: x\n\nid: a-2\ndata: ${'y'.repeat(2000)}\n\n`), { maxEvent: 1000 });
  await machine.run(100);
  assert.deepEqual([states.at(-1).state, states.at(-1).reason], ['waiting', 'an event is larger than maxEvent, 1000 characters']);
  await machine.run(2000);
  assert.equal(machine.requests[1].headers['last-event-id'], 'a-1');
});

test('an option that there is not is named, not ignored', () => {
  assert.throws(() => begin(writes(''), { heartBeat: 1000 }), { name: 'TypeError', message: /got heartBeat$/ });
  assert.throws(() => begin(writes(''), { token: 'secret' }), { name: 'TypeError', message: 'token: expected a function, got secret' });
});

test('one type is as good as a list of one', async () => {
  const { machine, got } = begin(writes('event: read\ndata: 1\n\nevent: reading\ndata: 2\n\n'), { types: 'reading' });
  await machine.run(100);
  assert.deepEqual(got, ['2']);
});

test('what is no function is refused with what to do', () => {
  const { stream } = begin(writes(''));
  assert.throws(() => stream.on('message', 'x'), { name: 'TypeError', message: /on\('message', handler\): expected a function, got x/ });
});

test('a ticket is bought with the token, and is in the URL for an EventSource', async () => {
  const machine = new Machine(1);
  const { world } = machine.page();
  machine.answer = () => ({ status: 200, body: '{"ticket":"a+b"}' });
  const url = ticket('/rooms/lobby?address=x%20y', { token: async () => 't', world });
  await machine.run(100);
  assert.equal(await url, 'http://shop.example/rooms/lobby?address=x%20y&ticket=a%2Bb');
  assert.equal(machine.requests[0].url, 'http://shop.example/rooms/lobby/ticket');
  assert.equal(machine.requests[0].method, 'POST');
  assert.equal(machine.requests[0].headers.authorization, 'Bearer t');
  const byCookie = ticket('/rooms/lobby', { token: async () => null, world });
  await machine.run(100);
  await byCookie;
  assert.equal(machine.requests[1].headers.authorization, undefined, 'no token is no "Bearer null"');
  machine.answer = () => ({ status: 403, body: '{"detail":"not yours"}' });
  const refused = assert.rejects(ticket('/rooms/lobby', { token: async () => 't', world }), /no ticket: not yours/);
  await machine.run(100);
  await refused;
  for (const body of ['<html>', '{}']) {
    machine.answer = () => ({ status: 200, body });
    const none = assert.rejects(ticket('/rooms/lobby', { token: async () => 't', world }), /no ticket: 200/);
    await machine.run(100);
    await none;
  }
});
