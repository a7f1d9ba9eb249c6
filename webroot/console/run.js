// Sends a message some times, at a rate. No more than a few are under way: a server that is slower than the rate is
// sent less, not more than it can answer. One run at a time.
const MOST_UNDERWAY = 8;

export function createRun({ send, onProgress }) {
  let running = false;
  let stopped = false;
  let step = () => {};

  function start(message, total, perSecond) {
    running = true;
    stopped = false;
    const begun = performance.now();
    let next = 1;
    let done = 0;
    let underway = 0;
    let last = begun;
    let timer = 0;

    function tell() {
      const seconds = (performance.now() - begun) / 1000;
      onProgress({ done, total, running, perSecond: seconds > 0 ? done / seconds : 0 });
    }

    step = () => {
      if (!running) {
        return;
      }
      if (underway === 0 && (stopped || done >= total)) {
        running = false;
        clearTimeout(timer);
        tell();
        return;
      }
      // Those that are due by now, as far as there is room: a late timer sends several.
      while (
        !stopped &&
        next <= total &&
        underway < MOST_UNDERWAY &&
        begun + ((next - 1) * 1000) / perSecond <= performance.now()
      ) {
        underway += 1;
        const number = next;
        next += 1;
        send(number, message).then((result) => {
          underway -= 1;
          done += 1;
          if (result.status === 0) {
            stopped = true; // no server there: the rest would fail as well
          }
          step();
        });
      }
      if (performance.now() - last > 100 || done === 0) {
        last = performance.now();
        tell();
      }
      if (!stopped && next <= total && underway < MOST_UNDERWAY) {
        const due = begun + ((next - 1) * 1000) / perSecond;
        clearTimeout(timer);
        timer = setTimeout(step, Math.max(5, due - performance.now()));
      }
    };

    step();
  }

  return {
    start(...run) {
      if (!running) {
        start(...run);
      }
    },
    get running() {
      return running;
    },
    // What is under way comes to its end.
    stop() {
      stopped = true;
      step();
    },
  };
}
