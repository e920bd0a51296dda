(() => {
  // Load the page anew when there is something else to see than what it was sent with. A hidden page does not ask:
  // browsers hold few connections to one host.
  const { stamp } = document.currentScript.dataset;
  const ask = async () => {
    while (!document.hidden) {
      try {
        const answer = await fetch("/_events?seen=" + stamp, { cache: "no-store" });
        if (!answer.ok) throw new Error(answer.statusText);
        if ((await answer.text()) !== stamp) return location.reload();
      } catch {
        await new Promise((wake) => setTimeout(wake, 1000));
      }
    }
    document.addEventListener("visibilitychange", ask, { once: true });
  };
  ask();
})();
