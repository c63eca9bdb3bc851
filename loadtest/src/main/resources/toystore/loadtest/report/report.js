"use strict";

// Draws the plots in the element "data" with uPlot. For tests, data-plots of the root is the number of plots drawn, and
// data-ticks of each plot's element are the labels of its x axis.
(() => {
  const root = document.documentElement;
  const THIN_SPACE = "\u202f";
  const PERCENTILES = [0, 50, 90, 99, 99.9, 99.99, 99.999, 99.9999, 99.99999];
  const WHOLE_STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

  // uPlot has no scale for percentiles: they lie on a linear one by the logarithm of the rest to 100.
  const place = percentile => -Math.log10(1 - percentile / 100);
  const percentile = place => 100 * (1 - 10 ** -place);

  function number(value, digits) {
    const [whole, fraction] = String(Number(value.toPrecision(digits))).split(".");
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, THIN_SPACE);
    return fraction === undefined ? grouped : grouped + "." + fraction;
  }

  const label = (scale, value) =>
    scale === "PERCENTILE" ? number(percentile(value), 9) + THIN_SPACE + "%" : number(value, 6);

  function reading(scale, value) {
    if (value == null) return "";
    if (scale === "PERCENTILE") return number(percentile(value), 7) + THIN_SPACE + "%";
    return number(value, Math.abs(value) >= 1000 ? Math.ceil(Math.log10(Math.abs(value))) : 3);
  }

  // The usual percentiles, without 50 where that is too close to 0; the ends where the plot is zoomed in too far.
  function percentileTicks(plot, i, from, to) {
    const space = (40 * devicePixelRatio * (to - from)) / plot.bbox.width;
    const ticks = PERCENTILES.map(place).filter(tick => tick >= from && tick <= to);
    const apart = ticks.filter((tick, i) => i !== 1 || tick - ticks[0] > space);
    return apart.length > 1 ? apart : [from, to];
  }

  const colour = name => getComputedStyle(root).getPropertyValue("--" + name).trim();

  function axis(of, more) {
    return {
      label: of.label,
      labelSize: 24,
      stroke: () => colour("text"),
      grid: { stroke: () => colour("grid"), width: 1 },
      ticks: { stroke: () => colour("rule"), width: 1, size: 5 },
      font: "12px system-ui, sans-serif",
      labelFont: "13px system-ui, sans-serif",
      ...(of.scale === "PERCENTILE" && { splits: percentileTicks }),
      ...(of.scale === "WHOLE" && { incrs: WHOLE_STEPS }),
      ...(of.scale === "LOG" && more.scale === "y" && { space: 16 }),
      values: (plot, ticks) => {
        const texts = ticks.map(tick => (tick == null ? "" : label(of.scale, tick)));
        more.onTicks?.(texts.filter(text => text !== ""));
        return texts;
      },
      ...more,
    };
  }

  // uPlot counts the ticks of a logarithmic axis from its lower end, so that has one digit.
  function oneDigit(value) {
    const decade = 10 ** Math.floor(Math.log10(value));
    return Math.floor(value / decade) * decade;
  }

  // The ends of an axis that shows all values.
  function ends(scale, values) {
    const low = values.reduce((a, b) => Math.min(a, b));
    const high = values.reduce((a, b) => Math.max(a, b));
    const margin = (high - low || 1) * 0.04;
    switch (scale) {
      case "LOG": return [oneDigit(low * 0.95), high * 1.05];
      case "FROM_ZERO":
      case "PERCENTILE": return [0, high * 1.04 || 1];
      default: return [low - margin, high + margin];
    }
  }

  // All values at first and after a double click; in between, the part that was selected.
  function range(scale, all) {
    let first = null;
    return (plot, from, to) => {
      first ??= [from, to];
      if (from == null || (from === first[0] && to === first[1])) return all;
      return scale === "LOG" ? [oneDigit(from), to] : [from, to];
    };
  }

  // The index of a series' point nearest to the pointer: not every series has a point at each x.
  function nearest(plot, i, index, x) {
    const ys = plot.data[i];
    if (i === 0 || ys[index] != null) return index;
    let before = index;
    let after = index;
    while (before >= 0 && ys[before] == null) before--;
    while (after < ys.length && ys[after] == null) after++;
    if (before < 0) return after < ys.length ? after : null;
    if (after >= ys.length) return before;
    return x - plot.data[0][before] <= plot.data[0][after] - x ? before : after;
  }

  // Until the pointer is over the plot, the legend shows the last value of each line.
  function last(values) {
    return values.findLast(value => value != null);
  }

  function series(of, y) {
    const marks = of.line === "MARKS";
    return {
      label: of.label,
      stroke: of.colour,
      width: 2,
      dash: of.line === "DASHED" ? [7, 5] : undefined,
      paths: marks ? () => null : undefined,
      points: { show: of.marked, size: 7, width: marks ? 2 : 0, fill: marks ? "transparent" : of.colour, stroke: of.colour },
      value: (plot, value, i, index) => {
        if (marks) return value == null ? "" : "here";
        return reading(y.scale, index == null ? last(plot.data[i]) : value);
      },
    };
  }

  function draw(element, of) {
    const size = () => {
      const width = element.clientWidth;
      return { width, height: Math.round(Math.min(420, Math.max(280, width * 0.58))) };
    };
    const lines = of.series.map(line => [of.x.scale === "PERCENTILE" ? line.xs.map(place) : line.xs, line.ys]);
    const xs = ends(of.x.scale, lines.flatMap(line => line[0]));
    const ys = ends(of.y.scale, lines.flatMap(line => line[1]).filter(y => y !== null));
    const distr = scale => (scale === "LOG" ? 3 : 1);
    const options = {
      ...size(),
      scales: {
        x: { time: false, distr: distr(of.x.scale), range: range(of.x.scale, xs) },
        y: { distr: distr(of.y.scale), range: () => ys },
      },
      axes: [
        axis(of.x, { scale: "x", size: 34, onTicks: texts => (element.dataset.ticks = texts.join(", ")) }),
        axis(of.y, {
          scale: "y",
          size: (plot, texts) => 14 + 7.2 * Math.max(2, ...(texts ?? []).map(text => text.length)),
        }),
      ],
      series: [
        {
          label: of.x.label,
          value: (plot, value, i, index) => reading(of.x.scale, index == null ? last(plot.data[0]) : value),
        },
        ...of.series.map(line => series(line, of.y)),
      ],
      legend: { markers: { dash: (plot, i) => (i > 0 && of.series[i - 1].line !== "SOLID" ? "dashed" : "solid") } },
      cursor: { dataIdx: nearest, points: { size: 9 } },
    };
    const plot = new uPlot(options, uPlot.join(lines), element);
    plot.root.querySelectorAll(".u-legend th").forEach(name => {
      name.tabIndex = 0;
      name.addEventListener("keydown", event => event.key === "Enter" && name.click());
    });
    let width = element.clientWidth;
    const fit = () => {
      width = element.clientWidth;
      plot.setSize(size());
    };
    new ResizeObserver(() => requestAnimationFrame(() => element.clientWidth !== width && fit())).observe(element);
    return { plot, fit, element };
  }

  const drawn = JSON.parse(document.getElementById("data").textContent).map((plot, i) =>
    draw(document.querySelector(`[data-plot="${i}"]`), plot));

  const redraw = () => drawn.forEach(({ plot }) => plot.redraw(false, true));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);

  // Print on white, as wide as A4 and Letter allow.
  addEventListener("beforeprint", () => {
    root.dataset.printing = "";
    drawn.forEach(({ plot }) => plot.setSize({ width: 640, height: 290 }));
    redraw();
  });
  addEventListener("afterprint", () => {
    delete root.dataset.printing;
    drawn.forEach(({ fit }) => fit());
    redraw();
  });

  const copy = document.getElementById("copy");
  if (navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById("command").textContent);
      copy.textContent = "Copied";
    });
  }

  root.dataset.plots = String(drawn.length);
})();
