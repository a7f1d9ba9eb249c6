import { createLog, follow } from './log.js';

const form = document.getElementById('form');
const target = document.getElementById('target');
const result = document.getElementById('result');
const log = createLog(document.getElementById('log'), document.getElementById('state'));

let path = '';
let source = null;
let types = new Set();
let opened = Promise.resolve();

function topicPath() {
  return `/topics/${encodeURIComponent(form.elements.topic.value)}`;
}

// Subscribes to the topic of the form, unless that is what we do already.
function subscribe() {
  if (path === topicPath()) {
    return;
  }
  source?.close();
  path = topicPath();
  target.textContent = path;
  log.clear();
  types = new Set();
  source = new EventSource(path);
  opened = firstAnswer(source);
  follow(source, log);
  listen('message');
  listen('sse.gap');
}

// Resolved once the stream is open, or could not be opened.
function firstAnswer(stream) {
  return new Promise((resolve) => {
    stream.addEventListener('open', resolve, { once: true });
    stream.addEventListener('error', resolve, { once: true });
  });
}

// An EventSource hands over only the types that somebody has asked it for.
function listen(type) {
  if (!types.has(type)) {
    types.add(type);
    source.addEventListener(type, log.event);
  }
}

async function publish() {
  subscribe();
  const type = form.elements.type.value;
  const headers = { 'content-type': 'text/plain; charset=utf-8' };
  let query = '';
  if (type) {
    listen(type);
    query = `?event=${encodeURIComponent(type)}`;
  }
  result.className = '';
  result.textContent = 'sending';
  await opened; // a topic that nobody has subscribed to keeps nothing
  try {
    const response = await fetch(path + query, { method: 'POST', headers, body: form.elements.message.value });
    const text = response.ok ? 'published' : `refused: ${response.status} ${await reason(response)}`;
    result.className = response.ok ? 'good' : 'bad';
    result.textContent = text;
  } catch (failure) {
    result.className = 'bad';
    result.textContent = `not sent: ${failure.message}`;
  }
}

async function reason(response) {
  const text = await response.text();
  try {
    const problem = JSON.parse(text);
    return problem.detail ?? problem.title ?? response.statusText;
  } catch {
    return text.slice(0, 200) || response.statusText;
  }
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  publish();
});
form.elements.topic.addEventListener('change', () => {
  if (form.elements.topic.value) {
    subscribe();
  }
});
subscribe();
