// Figures as people read them. Numbers keep their digits in one place: no unit changes the width of what ticks.
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const one = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

export const NOTHING = '–';

const SPACE = '\u00a0'; // a number and its unit stay on one line

function isNumber(value) {
  return typeof value === 'number' && Number.isFinite(value);
}

export function count(value) {
  return isNumber(value) ? whole.format(value) : NOTHING;
}

// 0, 0.4, 12.5, 340, 12,400
export function rate(value) {
  return !isNumber(value) ? NOTHING : value === 0 || value >= 100 ? whole.format(value) : one.format(value);
}

export function bytes(value) {
  if (!isNumber(value)) {
    return NOTHING;
  }
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let amount = value;
  let unit = 0;
  while (Math.abs(amount) >= 1024 && unit < units.length - 1) {
    amount /= 1024;
    unit += 1;
  }
  return `${unit === 0 || amount >= 100 ? whole.format(amount) : one.format(amount)}${SPACE}${units[unit]}`;
}

// 0 ms, 340 ms, 2.5 s, 4 min 10 s, 3 h 5 min, 2 d 4 h
export function duration(millis) {
  if (!isNumber(millis)) {
    return NOTHING;
  }
  if (millis < 1000) {
    return `${whole.format(millis)}${SPACE}ms`;
  }
  const seconds = millis / 1000;
  if (seconds < 60) {
    return `${seconds < 10 ? one.format(seconds) : whole.format(seconds)}${SPACE}s`;
  }
  const steps = [
    ['d', 86_400],
    ['h', 3600],
    ['min', 60],
    ['s', 1],
  ];
  const first = steps.findIndex(([, size]) => seconds >= size);
  const [unit, size] = steps[first];
  const [nextUnit, nextSize] = steps[first + 1];
  const rest = Math.floor((seconds % size) / nextSize);
  return `${Math.floor(seconds / size)}${SPACE}${unit}${rest ? `${SPACE}${rest}${SPACE}${nextUnit}` : ''}`;
}

// Milliseconds of a way that a message took: tenths where they mean something.
export function millis(value) {
  return !isNumber(value) ? NOTHING : `${value < 100 ? one.format(value) : whole.format(value)}${SPACE}ms`;
}

function two(value) {
  return String(value).padStart(2, '0');
}

export function clock(time) {
  const date = new Date(time);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

export function clockMillis(time) {
  return `${clock(time)}.${String(new Date(time).getMilliseconds()).padStart(3, '0')}`;
}

export function dateTime(time) {
  const date = new Date(time);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${clock(time)}`;
}

export function elapsed(instant, now = Date.now()) {
  return instant ? duration(Math.max(0, now - Date.parse(instant))) : NOTHING;
}

export function ago(instant) {
  if (!instant) {
    return NOTHING;
  }
  return Date.now() - Date.parse(instant) < 1000 ? 'just now' : `${elapsed(instant)} ago`;
}

export function plural(number, noun, several = `${noun}s`) {
  return `${count(number)} ${number === 1 ? noun : several}`;
}

// What cannot be seen, or turns the order of what stands beside it around: as JSON writes it, \u202e. The joiner of
// emoji is none of it.
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

export function visible(text) {
  return String(text).replace(UNSEEN, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

// How many bytes a text has in UTF-8, without making them.
export function utf8Length(text) {
  let length = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code > 0x7f) {
      length += code > 0x7ff ? 2 : 1;
      if (code >= 0xd800 && code <= 0xdbff) {
        at += 1; // a pair of surrogates: four bytes, of which two are counted as its two units
      }
    }
  }
  return length;
}
