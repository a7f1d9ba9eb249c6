// Before the first paint, so that nobody who has chosen dark sees a white flash. No module: those run too late.
(() => {
  try {
    const chosen = localStorage.getItem('sse-bridge-console-theme');
    if (chosen === 'light' || chosen === 'dark') {
      document.documentElement.dataset.theme = chosen;
    }
  } catch {
    // storage is switched off: the preference of the system counts
  }
})();
