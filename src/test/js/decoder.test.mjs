// The cases of the decoder in Java (DecoderCorpus writes them), and what is this decoder's own.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { mistakes, recorded, run } from './decoder-cases.mjs';
import { decoder } from './module.mjs';

const bytes = (text) => new TextEncoder().encode(text);

test('every case of the decoder in Java has the same result, in pieces of any size', (t) => {
  const file = process.env.DECODER_CASES;
  if (!file) {
    return t.skip('DECODER_CASES names no file: NodeTest makes it');
  }
  const cases = JSON.parse(readFileSync(file, 'utf8'));
  assert.ok(cases.length > 3000, `${cases.length} cases`);
  assert.deepEqual(mistakes(decoder, cases), []);
});

test('a carriage return completes a line at once', () => {
  const told = [];
  const decode = decoder(recorded(told));
  decode(bytes('data: x\r\r'));
  assert.deepEqual(told, [['event', '', 'message', 'x']]);
});

test('an event at the limit passes, one character more does not', () => {
  for (const size of [1, 7, 1000]) {
    const stream = bytes(`id: 7\ndata: ${'x'.repeat(94)}\n\ndata: ${'x'.repeat(95)}\n\n`);
    const told = [];
    assert.throws(() => run(decoder, told, '', stream, () => size, 100), /larger than maxEvent, 100 characters/);
    assert.deepEqual(told, [['id', '7'], ['event', '7', 'message', 'x'.repeat(94)]]);
  }
});

test('the limit holds on a line that never ends, and on data lines without end', () => {
  for (const text of ['data: x', 'data:x\n', ':x', 'x']) {
    const decode = decoder(recorded([]), '', 1000);
    decode(bytes(text));
    assert.throws(() => {
      for (let i = 0; i < 1200; i++) {
        decode(bytes(text.endsWith('\n') ? text : 'x'));
      }
    }, /maxEvent/);
  }
});

test('comments and unknown fields may go on for ever', () => {
  const decode = decoder(recorded([]), '', 1000);
  for (let i = 0; i < 100000; i++) {
    decode(bytes(': a comment\nunknown: x\n'));
  }
});

test('ten mebibytes in small pieces, and as many blank lines, take linear time', () => {
  const told = [];
  const decode = decoder(recorded(told));
  decode(bytes('data:'));
  for (let i = 0; i < 10 * 16384; i++) {
    decode(bytes('y'.repeat(64)));
  }
  decode(bytes('\n\n'));
  assert.equal(told[0][3].length, 10 * 1048576);
  decode(bytes('\n'.repeat(10 * 1048576)));
});
