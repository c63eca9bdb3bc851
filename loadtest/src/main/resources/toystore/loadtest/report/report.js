"use strict";

// Draws the plots that are in the element "data". It says in data-plots of the root how many it drew, and in data-ticks of
// each element with a plot what its x axis says.
(() => {
  const root = document.documentElement;
  const THIN_SPACE = "\u202f";
  const MOST_TICKS = 12;
  const PERCENTILES = [0, 50, 90, 99, 99.9, 99.99, 99.999, 99.9999, 99.99999];

  // uPlot sees places on linear axes; these say where a value is, and what value is at a place.
  const same = value => value;
  const scales = {
    LINEAR: { place: same, value: same },
    WHOLE: { place: same, value: same },
    FROM_ZERO: { place: same, value: same },
    LOG: { place: Math.log10, value: place => 10 ** place },
    PERCENTILE: { place: value => -Math.log10(1 - value / 100), value: place => 100 * (1 - 10 ** -place) },
  };

  function grouped(plain) {
    const [whole, fraction] = plain.split(".");
    const spaced = whole.replace(/\B(?=(\d{3})+$)/g, THIN_SPACE);
    return fraction === undefined ? spaced : spaced + "." + fraction;
  }

  const rounded = (value, digits) => String(Number(value.toPrecision(digits)));

  function label(scale, value) {
    return scale === "PERCENTILE" ? rounded(value, 9) + THIN_SPACE + "%" : grouped(rounded(value, 6));
  }

  function reading(scale, value) {
    if (value == null) return "";
    const known = scales[scale].value(value);
    if (scale === "PERCENTILE") return rounded(known, 7) + THIN_SPACE + "%";
    return grouped(Math.abs(known) >= 1000 ? String(Math.round(known)) : rounded(known, 3));
  }

  function linearTicks(low, high, most, leastStep) {
    const raw = (high - low) / most;
    const decade = 10 ** Math.floor(Math.log10(raw));
    const step = Math.max(leastStep, decade * [1, 2, 5, 10].find(factor => factor * decade >= raw * (1 - 1e-9)));
    const ticks = [];
    for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) ticks.push(i * step);
    return ticks;
  }

  function logTicks(low, high, most) {
    const some = (decades, factors) => {
      const ticks = [];
      for (let exponent = Math.floor(Math.log10(low)); exponent <= Math.log10(high); exponent++) {
        for (const factor of factors) {
          const tick = Number(factor + "e" + exponent);
          if (exponent % decades === 0 && tick >= low && tick <= high) ticks.push(tick);
        }
      }
      return ticks;
    };
    let ticks = some(1, [1, 2, 5]);
    if (ticks.length < 3) return linearTicks(low, high, most, 0).filter(tick => tick > 0);
    for (let decades = 1; ticks.length > most; decades++) ticks = some(decades, [1]);
    return ticks;
  }

  // As in Ticks.java, between two places.
  function ticks(scale, from, to, most) {
    const low = scales[scale].value(from);
    const high = scales[scale].value(to);
    if (scale === "LOG") return logTicks(low, high, most).map(scales.LOG.place);
    if (scale !== "PERCENTILE") return linearTicks(low, high, most, scale === "WHOLE" ? 1 : 0);
    const within = PERCENTILES.filter(value => value >= low - 1e-9 && value <= high + 1e-9);
    const shown = within.length > 1 ? within : linearTicks(low, high, most, 0).filter(value => value < 100);
    // The first two are close together.
    return shown.map(scales.PERCENTILE.place).filter((place, i, all) => i !== 1 || place - all[0] > (0.7 * (to - from)) / most);
  }

  // How wide a tick's label is, with room beside it.
  const room = text => 7 * text.length + 10;

  // As many as there is room for: upright, each needs so much; beside each other, their labels must not touch.
  function fittingTicks(scale, from, to, length, space, beside) {
    const width = place => room(label(scale, scales[scale].value(place)));
    const fits = (place, i, all) =>
      i === 0 || ((place - all[i - 1]) / (to - from)) * length >= (width(place) + width(all[i - 1])) / 2;
    let most = Math.min(MOST_TICKS, Math.max(2, Math.floor(length / space)));
    let places = ticks(scale, from, to, most);
    while (beside && most > 2 && !places.every(fits)) places = ticks(scale, from, to, --most);
    return beside ? places.reduce((kept, place) => (fits(place, kept.length, [...kept, place]) ? [...kept, place] : kept), []) : places;
  }

  const colour = name => getComputedStyle(root).getPropertyValue("--" + name).trim();

  function axis(of, space, more) {
    return {
      scale: more.scale,
      label: of.label,
      labelSize: 24,
      stroke: () => colour("text"),
      grid: { stroke: () => colour("grid"), width: 1 },
      ticks: { stroke: () => colour("rule"), width: 1, size: 5 },
      font: "12px system-ui, sans-serif",
      labelFont: "13px system-ui, sans-serif",
      splits: (plot, i, from, to) => {
        const beside = plot.axes[i].side % 2 === 0;
        const length = (beside ? plot.bbox.width : plot.bbox.height) / devicePixelRatio;
        return fittingTicks(of.scale, from, to, length, space, beside);
      },
      values: (plot, places) => {
        const texts = places.map(place => label(of.scale, scales[of.scale].value(place)));
        more.onTicks?.(texts);
        return texts;
      },
      ...more,
    };
  }

  // What is shown at first; what is dragged over; and all again after a double click.
  function range(of) {
    const all = [scales[of.scale].place(of.low), scales[of.scale].place(of.high)];
    let first = null;
    return (plot, from, to) => {
      first ??= [from, to];
      return from == null || (from === first[0] && to === first[1]) ? all : [from, to];
    };
  }

  // The point of a series that is nearest to the pointer, as series need not have points at the same x.
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

  // While nothing is pointed at, the legend says where each line ends.
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
      value: (plot, place, i, index) => {
        if (marks) return place == null ? "" : "here";
        return reading(y.scale, index == null ? last(plot.data[i]) : place);
      },
    };
  }

  function draw(element, of) {
    const size = () => {
      const width = element.clientWidth;
      return { width, height: Math.round(Math.min(420, Math.max(280, width * 0.58))) };
    };
    const across = scales[of.x.scale].place;
    const up = scales[of.y.scale].place;
    const tables = of.series.map(line => [line.xs.map(across), line.ys.map(y => (y === null ? null : up(y)))]);
    const options = {
      ...size(),
      scales: { x: { time: false, range: range(of.x) }, y: { range: () => [up(of.y.low), up(of.y.high)] } },
      axes: [
        axis(of.x, 24, { scale: "x", size: 34, onTicks: texts => (element.dataset.ticks = texts.join(", ")) }),
        axis(of.y, of.y.scale === "LOG" ? 20 : 34, {
          scale: "y",
          size: (plot, texts) => 14 + 7.2 * Math.max(2, ...(texts ?? []).map(text => text.length)),
        }),
      ],
      series: [
        {
          label: of.x.label,
          value: (plot, place, i, index) => reading(of.x.scale, index == null ? last(plot.data[0]) : place),
        },
        ...of.series.map(line => series(line, of.y)),
      ],
      legend: { markers: { dash: (plot, i) => (i > 0 && of.series[i - 1].line !== "SOLID" ? "dashed" : "solid") } },
      cursor: { dataIdx: nearest, points: { size: 9 } },
    };
    const plot = new uPlot(options, uPlot.join(tables), element);
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

  // On paper it is light, and as wide as A4 and Letter allow.
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
