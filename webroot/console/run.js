// Sends a message some times, at a rate. No more than a few are under way: a server that is slower than the rate is
// sent less, not more than it can answer.
const MOST_UNDERWAY = 8;

export function createRun({ send, onProgress }) {
  let turn = 0;

  function start(message, total, perSecond) {
    turn += 1;
    const mine = turn;
    const begun = performance.now();
    let next = 1;
    let done = 0;
    let underway = 0;
    let last = begun;

    function tell(running) {
      const seconds = (performance.now() - begun) / 1000;
      onProgress({ done, total, running, perSecond: seconds > 0 ? done / seconds : 0 });
    }

    function step() {
      const stopped = mine !== turn;
      if (done >= total || (stopped && underway === 0)) {
        if (!stopped || done < total) {
          tell(false);
        }
        return;
      }
      if (stopped) {
        return;
      }
      // Those that are due by now, as far as there is room: a late timer sends several.
      while (
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
          if (result.status === 0 && mine === turn) {
            turn += 1; // no server there: the rest would fail as well
          }
          step();
        });
      }
      if (performance.now() - last > 100 || done === 0) {
        last = performance.now();
        tell(true);
      }
      if (next <= total) {
        const due = begun + ((next - 1) * 1000) / perSecond;
        clearTimeout(timer);
        timer = setTimeout(step, Math.max(5, due - performance.now()));
      }
    }
    let timer = 0;
    tell(true);
    step();
  }

  return {
    start,
    stop() {
      turn += 1;
    },
  };
}
