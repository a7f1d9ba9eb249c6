// A small part of JSONPath, with a comparison: `$.a.b[0] = 21`. Steps are `.name`, `["any name"]`, `[0]`, `[*]`; the
// comparisons are = != < <= > >= and ~ (the text holds it). Without one: the place is there. Values are JSON; what is no
// JSON is text.
const STEP =
  /\.([\p{L}_$][\p{L}\p{M}\p{N}_$-]*|\*)|\[\s*(\d+|\*)\s*\]|\[\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*\]/uy;
const COMPARE = /\s*(!=|<=|>=|==|=|<|>|~)\s*(.*)$/sy;

export class PathError extends Error {}

function wrong(text, at, expected) {
  const got = at < text.length ? `“${text.slice(at, at + 12)}”` : 'the end';
  return new PathError(`expected ${expected}, got ${got} at character ${at + 1}; for example $.a.b[0] = 21`);
}

function quoted(text, source) {
  try {
    return text[0] === '"' ? JSON.parse(text) : text.slice(1, -1).replace(/\\(.)/g, '$1');
  } catch {
    throw wrong(source, source.indexOf(text), 'a name as JSON writes it');
  }
}

function literal(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text.replace(/^'(.*)'$/s, '$1');
  }
}

// A function that says whether a JSON value is like the text. Throws a PathError that says where it is wrong.
export function compile(text) {
  const source = text.trim();
  if (!source.startsWith('$')) {
    throw wrong(source, 0, '$');
  }
  const steps = [];
  let at = 1;
  for (STEP.lastIndex = at; ; STEP.lastIndex = at) {
    const found = STEP.exec(source);
    if (!found) {
      break;
    }
    const [whole, name, index, key] = found;
    const step = name ?? (index === undefined ? quoted(key, source) : Number(index));
    steps.push(name === '*' || index === '*' ? null : step);
    at += whole.length;
  }
  if (/^\s*$/.test(source.slice(at))) {
    return (value) => reach(value, steps, 0, (found) => found !== undefined);
  }
  COMPARE.lastIndex = at;
  const found = COMPARE.exec(source);
  if (!found) {
    throw wrong(source, at, 'a step (.name, [0], [*]) or a comparison (= != < <= > >= ~)');
  }
  if (found[2] === '') {
    throw wrong(source, source.length, 'a value');
  }
  const compare = comparison(found[1], literal(found[2]), found[2]);
  return (value) => reach(value, steps, 0, compare);
}

function reach(value, steps, depth, test) {
  if (depth === steps.length) {
    return test(value);
  }
  if (value === null || typeof value !== 'object') {
    return false;
  }
  const step = steps[depth];
  if (step === null) {
    return Object.values(value).some((each) => reach(each, steps, depth + 1, test));
  }
  // An array has items and an object has members: the length of a list is neither.
  return (
    (typeof step === 'number') === Array.isArray(value) &&
    Object.hasOwn(value, step) &&
    reach(value[step], steps, depth + 1, test)
  );
}

function comparison(sign, wanted, text) {
  const same = (value) =>
    value === wanted || (typeof value === 'object' && JSON.stringify(value) === JSON.stringify(wanted));
  const ordered = (compare) => (value) => typeof value === typeof wanted && compare(value, wanted);
  switch (sign) {
    case '=':
    case '==':
      return same;
    case '!=':
      return (value) => !same(value);
    case '<':
      return ordered((a, b) => a < b);
    case '<=':
      return ordered((a, b) => a <= b);
    case '>':
      return ordered((a, b) => a > b);
    case '>=':
      return ordered((a, b) => a >= b);
    default: {
      const part = (typeof wanted === 'string' ? wanted : text).toLowerCase();
      return (value) =>
        (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).toLowerCase().includes(part);
    }
  }
}
