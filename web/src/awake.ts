/** Keeps the screen on for as long as the page is open, where the browser can. */
export function stayAwake(): void {
  const hold = () => {
    if (!document.hidden) void navigator.wakeLock?.request("screen").catch(() => undefined);
  };
  hold();
  document.addEventListener("visibilitychange", hold);
}
