// Runs before the scripts of the page, and records what happens in it.
window.probe = { violations: [], errors: [], announcements: [], fetches: [] };
{
  const { fetch } = window;
  window.fetch = (path, ...rest) => {
    probe.fetches.push(String(path));
    return fetch(path, ...rest);
  };
}
addEventListener("securitypolicyviolation", event =>
  probe.violations.push(`${event.effectiveDirective} blocked ${event.blockedURI} ${event.sample}`));
addEventListener("error", event => probe.errors.push(String(event.message)));
addEventListener("unhandledrejection", event => probe.errors.push(String(event.reason)));
addEventListener("DOMContentLoaded", () => {
  for (const region of document.querySelectorAll("[role=status], [role=alert], [role=log], [aria-live], output")) {
    const record = () => {
      const text = region.textContent.trim();
      if (text) probe.announcements.push(text);
    };
    new MutationObserver(record).observe(region, { childList: true, characterData: true, subtree: true });
  }
});
