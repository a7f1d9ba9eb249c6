// Runs a decoder over cases: in Node, and in a browser as it stands.

// Writes down what a decoder tells, in the form of the cases.
export function recorded(told, id = '') {
  return {
    block(block) {
      if (block.id !== id) {
        id = block.id;
        told.push(['id', id]);
      }
      if (block.type) {
        told.push(['event', block.id, block.type, block.data]);
      }
    },
    comment: (text) => told.push(['comment', text]),
    retry: (ms) => told.push(['retry', ms]),
    id: () => id,
  };
}

// One connection, in pieces of the sizes that size() says.
export function run(decoder, told, id, stream, size, most) {
  const on = recorded(told, id);
  const decode = decoder(on, id, most);
  for (let at = 0; at < stream.length; ) {
    const end = at + size();
    decode(stream.slice(at, end));
    at = end;
  }
  return on.id();
}

function chance(seed) {
  let state = seed;
  return () => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) / 4294967296;
}

// What is not as it is expected: at most ten of it.
export function mistakes(decoder, cases) {
  const found = [];
  for (const [number, { name, seed, connections, told }] of cases.entries()) {
    const expected = told.map((one) => (one[0] === 'retry' ? [one[0], Math.min(one[1], Number.MAX_SAFE_INTEGER)] : one));
    const random = chance(number + 1);
    const most = 1 + Math.floor(random() * 40);
    const ways = { whole: () => 1e9, bytes: () => 1, pieces: () => Math.floor(random() * (most + 1)) };
    for (const [way, size] of Object.entries(ways)) {
      const actual = [];
      let id = seed;
      for (const connection of connections) {
        const stream = Uint8Array.from(atob(connection), (character) => character.charCodeAt(0));
        id = run(decoder, actual, id, stream, size);
      }
      if (JSON.stringify(actual) !== JSON.stringify(expected) && found.length < 10) {
        found.push({ name, way, actual, expected });
      }
    }
  }
  return found;
}
