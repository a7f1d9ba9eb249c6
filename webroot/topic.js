import { follow } from './sse-bridge/client.js';
import { createLog, shownBy } from './log.js';

const form = document.getElementById('form');
const target = document.getElementById('target');
const result = document.getElementById('result');
const log = createLog(document.getElementById('log'), document.getElementById('state'));

let path = '';
let stream = null;

function topicPath() {
  return `/topics/${encodeURIComponent(form.elements.topic.value)}`;
}

// Subscribes to the topic of the form, unless that is what we do already.
function subscribe() {
  if (path === topicPath()) {
    return;
  }
  stream?.close();
  path = topicPath();
  target.textContent = path;
  log.clear();
  stream = follow(path, shownBy(log));
}

async function publish() {
  subscribe();
  const type = form.elements.type.value;
  const headers = { 'content-type': 'text/plain; charset=utf-8' };
  let query = '';
  if (type) {
    stream.listen(type);
    query = `?event=${encodeURIComponent(type)}`;
  }
  result.className = '';
  result.textContent = 'sending';
  await stream.answered; // a topic that nobody has subscribed to keeps nothing
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
