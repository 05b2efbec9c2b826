// Leaves the reader's time zone in a cookie, and loads the page again where it shows times of another one.
"use strict";
(() => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  const known = () => document.cookie.match(/(?:^|;\s*)feedmill_zone=([^;]*)/)?.[1];
  if (known() === zone) return;
  document.cookie = "feedmill_zone=" + zone + "; path=/; max-age=31536000; samesite=lax";
  // without cookies, or with one that the browser refuses, the times stay as they are
  if (known() === zone && zone !== "UTC" && document.querySelector("time, .plot")) location.reload();
})();
