// Explained in docs/embedding.md.
(async () => {
  const script = document.currentScript;
  const { vitrineStore: store, vitrineLanguage, vitrineProduct = "", vitrineIdentity } = script.dataset;
  const key = "vitrine:" + store;
  if (window[key]) return;
  window[key] = 1;

  const origin = new URL(script.src).origin;
  const lang = vitrineLanguage || document.documentElement.lang;
  const create = (name) => document.createElement(name);
  let places = [];
  let storage = {};
  let status, asked, panel, frame, product, token, port;

  try {
    storage = sessionStorage;
  } catch {}
  const kept = storage[key] || "";
  let open = kept[0] > 0;
  let handle = kept.slice(1) || null;

  // The page first.
  await new Promise(setTimeout);

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
:host { all: initial; color-scheme: light dark; font: 600 15px/20px system-ui, sans-serif }
:host([floating]) { position: fixed; z-index: 2147483647 }
button { display: inline-flex; align-items: center; gap: 10px; padding: 14px 20px; border: 1px solid #0000; border-radius: 24px; background: var(--b); color: var(--c); font: inherit; cursor: pointer }
:host([floating]) button { position: fixed; right: 20px; bottom: 20px; box-shadow: 0 4px 24px #0004 }
button:focus-visible { outline: 2px solid #fff; box-shadow: 0 0 0 4px #000 }
button::before { content: ""; width: 20px; height: 20px; background: currentColor; clip-path: path("M0 2h20v13H9l-5 4v-4H0z") }
button::after { content: ""; padding: 4px; border: 2px solid; border-radius: 50% }
:host([online]) button::after { background: #3c6 }
span:not(:empty) { position: fixed; right: 14px; bottom: 60px; padding: 0 7px; border-radius: 10px; background: #c22; color: #fff }
div { position: fixed; right: 20px; bottom: 84px; width: 380px; height: min(600px, 100dvh - 104px); border-radius: 14px; overflow: clip; background: linear-gradient(var(--b) 60px, Canvas 0); box-shadow: 0 4px 24px #0004; visibility: hidden }
iframe { width: 100%; height: 100%; border: 0 }
@media (max-width: 480px), (max-height: 480px) {
  div { inset: 0 0 84px; width: auto; height: auto; border-radius: 0 }
  .live { bottom: 0 }
}`);

  const identify = async () => {
    try {
      return vitrineIdentity && (await (await fetch(vitrineIdentity, { credentials: "include" })).json()).token;
    } catch {}
  };
  const tell = async (token) => port.postMessage({ t: "identity", token: (await token) || null });

  const keep = () => {
    if (handle) storage[key] = +open + handle;
    else delete storage[key];
  };

  const load = (about) => {
    if (frame) return;
    product = about;
    token = identify();
    panel = create("div");
    frame = create("iframe");
    frame.style.opacity = 0;
    frame.onload = () => (frame.style.opacity = 1);
    frame.allow = "";
    frame.referrerPolicy = "origin";
    frame.title = status.title;
    frame.src = `${origin}/widget/${store}?` + new URLSearchParams({ o: location.origin, lang, product });
    panel.append(frame);
    root.append(panel);
  };

  const show = (on, focus) => {
    open = on;
    panel.style.visibility = on ? "visible" : "";
    for (const { button } of places) button.ariaExpanded = on;
    keep();
    port?.postMessage({ t: on ? "open" : "closed" });
    focus?.focus();
  };

  const place = (about = vitrineProduct) => {
    const host = create("vitrine-chat");
    const root = host.attachShadow({ mode: "open" });
    const button = create("button");
    root.adoptedStyleSheets = [sheet];
    root.append(button);
    button.ariaExpanded = open;
    button.onpointerenter = button.onfocus = () => load(about);
    button.onkeydown = (event) => void (event.key == "Escape" && open && show(false));
    button.onclick = () => {
      // Another product, and nothing said yet.
      if (frame && !open && !handle && product != about) frame = panel.remove();
      load(about);
      pressed = button;
      show(!open, open ? button : frame);
    };
    places.push({ host, button });
    return { host, root, button };
  };

  const { host, root, button } = place();
  const badge = create("span");
  let pressed = button;
  host.toggleAttribute("floating");
  button.setAttribute("aria-describedby", (badge.id = "n"));
  badge.role = "status";
  root.append(badge);

  const ask = async () => {
    if (document.hidden || document.readyState == "loading" || Date.now() - asked < 1e4) return;
    asked = Date.now();
    try {
      status = await (await fetch(`${origin}/status/${store}?lang=${lang}`)).json();
    } catch {}
    if (!status?.label) return;
    if (status.availability == "hidden" && !open && !handle) {
      for (const { host } of places) host.remove();
      return;
    }
    if (!host.isConnected) document.body.append(host);
    for (const spot of document.querySelectorAll("[data-vitrine-chat]:empty")) spot.append(place(spot.dataset.vitrineProduct).host);
    for (const { host, button } of places) {
      host.toggleAttribute("online", status.availability == "online");
      host.style.setProperty("--b", status.background);
      host.style.setProperty("--c", status.color);
      button.textContent = status.label;
    }
    // It goes on from the page before.
    if (handle && !frame) load(vitrineProduct), show(open);
  };

  addEventListener("message", ({ source, origin: from, data }) => {
    if (from != origin || source != frame?.contentWindow || data.vitrine != "hello") return;
    const { port1, port2 } = new MessageChannel();
    port = port1;
    port.onmessage = ({ data }) => {
      if (data.t == "unread") badge.textContent = data.n || "";
      if (data.t == "minimize") show(false, pressed);
      if (data.t == "identity") tell(identify());
      if (data.t == "handle") keep((handle = data.handle));
    };
    source.postMessage({ vitrine: "port", handle, open, page: location.href, referrer: document.referrer }, origin, [port2]);
    tell(token || identify());
    token = 0;
    panel.className = "live";
  });

  for (const event of ["DOMContentLoaded", "visibilitychange"]) document.addEventListener(event, ask);
  ask();
})();
