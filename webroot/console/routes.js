import { about, get, routeUrl } from './api.js';

// The path that was looked at last, in Live or Publish: the other one begins with it.
export const recent = { path: '' };

// The routes of the configuration: what can be followed, and where something can be published.
let asked = null;

export function knownRoutes(anew = false) {
  if (asked === null || anew) {
    const asking = get('config').then(read);
    asked = asking;
    asking.catch(() => {
      asked = asked === asking ? null : asked; // asked again next time
    });
  }
  return asked;
}

export function forgetRoutes() {
  asked = null;
}

function read(config) {
  const routes = Object.entries(config.routes ?? {}).map(([name, route]) => ({
    name,
    path: route.path,
    addresses: route.addresses ?? [route.address],
    gapType: route.gapType ?? 'sse.gap',
    gone: route.gone,
    history: route.history ?? {},
    heartbeat: millisOf(route.heartbeat),
  }));
  const rules = Object.entries(config.publish ?? {}).map(([name, rule]) => ({
    name,
    path: rule.path,
    address: rule.address,
    body: rule.body,
    maxBody: rule.maxBody,
  }));
  return { routes, rules, config };
}

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

// A duration as the configuration writes it, 15s, in milliseconds; undefined where it says nothing of the kind.
function millisOf(text) {
  const [, number, unit] = /^(\d+)(ms|s|m|h|d)$/.exec(text) ?? [];
  return number === undefined ? (typeof text === 'number' ? text : undefined) : Number(number) * UNITS[unit];
}

export function servesRoutes() {
  return routeUrl('/') !== null;
}

export function noRoutesText() {
  return `The routes of ${about().name || 'this bridge'} are served elsewhere: here is its admin interface only.`;
}

// The names of the parameters of a path: /rooms/:room has one.
export function parametersOf(path) {
  return [...path.matchAll(/:([A-Za-z0-9_]+)/g)].map(([, name]) => name);
}

export function fill(path, values) {
  return path.replace(/:([A-Za-z0-9_]+)/g, (whole, name) => encodeURIComponent(values[name] ?? ''));
}

// The values of the parameters in a concrete path, as the template names them; null where it is not one of it.
export function match(template, path) {
  return valuesOf(template.split(/(:[A-Za-z0-9_]+)/), /^:(.*)$/, path, '[^/]+', decodeURIComponent);
}

// The same of an address: rooms.{room}
function matchAddress(template, address) {
  return valuesOf(template.split(/(\{[A-Za-z0-9_]+\})/), /^\{(.*)\}$/, address, '.+', (value) => value);
}

function valuesOf(parts, parameter, text, any, decode) {
  const names = [];
  const pattern = parts.map((part) => {
    const found = parameter.exec(part);
    if (found) {
      names.push(found[1]);
      return `(${any})`;
    }
    return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  const found = new RegExp(`^${pattern.join('')}$`, 's').exec(text);
  try {
    return found ? Object.fromEntries(names.map((name, at) => [name, decode(found[at + 1])])) : null;
  } catch {
    return null; // not percent-encoded as it should be
  }
}

// The path of a channel, of the addresses that it has; null where that cannot be told.
export function pathOfChannel(route, addresses) {
  const values = {};
  for (const address of addresses) {
    const found = route.addresses.map((template) => matchAddress(template, address)).find(Boolean);
    Object.assign(values, found);
  }
  return parametersOf(route.path).every((name) => values[name]) ? fill(route.path, values) : null;
}

// The route by which what a rule publishes comes back.
export function routeOfRule(rule, routes) {
  return (
    routes.find((route) => route.path === rule.path && route.addresses.includes(rule.address)) ??
    routes.find(
      (route) =>
        route.addresses.includes(rule.address) &&
        parametersOf(route.path).every((name) => parametersOf(rule.path).includes(name)),
    )
  );
}
