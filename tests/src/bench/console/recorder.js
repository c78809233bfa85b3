// Runs before the console's own code in every page that is loaded: notes when things happen and
// changes nothing. What it has noted is in `bench`.
(() => {
  const bench = (window.bench = {
    firstRows: null, // ms after the navigation when rows of sessions had been painted
    delays: [], // [from the server's sending, from the event in the page] to the paint, ms
    rowsMax: 0, // the most row elements there were
    watched: null, // ids of rows to take the delays of
  });
  let waiting = new Map(); // id -> [{count, sent, heard}]

  // Calls back after a frame that begins from now on has been painted.
  const afterPaint = (then) =>
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => then(performance.now());
      channel.port2.postMessage(null);
    });

  // WebAssembly's memory is not part of the heap of JavaScript.
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const real = WebAssembly[name].bind(WebAssembly);
    WebAssembly[name] = async (...given) => {
      const made = await real(...given);
      bench.memory = (made.instance ?? made).exports.memory;
      return made;
    };
  }

  // Before the console hears of an event: what it says of the watched rows.
  const hear = (event) => {
    if (!bench.watched) return;
    const heard = performance.now();
    const text = event.data;
    const sent = Number(/"now_ms":(\d+)/.exec(text.slice(0, 40))[1]) - performance.timeOrigin;
    for (const id of bench.watched) {
      const at = text.indexOf(`{"id":${id},`);
      if (at < 0) continue;
      const field = '"statements":';
      const count = parseInt(text.substr(text.indexOf(field, at) + field.length, 20), 10);
      if (!waiting.has(id)) waiting.set(id, []);
      waiting.get(id).push({ count, sent, heard });
    }
  };
  const Real = window.EventSource;
  window.EventSource = class extends Real {
    constructor(...given) {
      super(...given);
      this.addEventListener("delta", hear);
    }
  };

  const shownCount = (id, column) => {
    const cell = document.getElementById(`row-${id}`)?.children[column];
    return cell ? parseInt(cell.textContent.replace(/\D/g, ""), 10) : NaN;
  };
  const look = () => {
    const rows = document.getElementsByClassName("table-row");
    bench.rowsMax = Math.max(bench.rowsMax, rows.length);
    if (bench.firstRows === null && document.querySelector(".table-row:not(.is-absent) .table-link")) {
      bench.firstRows = 0;
      afterPaint((now) => (bench.firstRows = now));
    }
    if (waiting.size === 0) return;
    const heads = [...document.querySelectorAll(".table-column")];
    const counts = '[title^="Statements since"]';
    const column = heads.findIndex((head) => head.querySelector(counts));
    for (const [id, events] of waiting) {
      const count = shownCount(id, column);
      const done = events.filter((event) => event.count <= count);
      if (done.length === 0) continue;
      waiting.set(id, events.filter((event) => event.count > count));
      afterPaint((now) => {
        for (const { sent, heard } of done) bench.delays.push([now - sent, now - heard]);
      });
    }
  };
  const observer = new MutationObserver(look);
  observer.observe(document, { subtree: true, childList: true, characterData: true });

  // Watches so many of the rows that are in sight.
  bench.watch = (most) => {
    const rows = [...document.querySelectorAll(".table-row:not(.is-absent) .table-link")];
    bench.watched = rows.map((link) => link.textContent.trim()).slice(0, most);
    return bench.watched;
  };
  bench.unwatch = () => {
    bench.watched = null;
    waiting = new Map();
  };
})();
