package toystore.loadtest;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;
import toystore.client.Latencies;
import toystore.client.Latencies.Kind;

/**
 * Average and p99 latency against the number of clients, for one load, as a picture: a colour for each kind of request,
 * average solid and p99 dashed. A step in which there was no such request has no point.
 */
final class LatencyPlot {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 560;
    private static final int DPI = 144;

    /** Colours that the colour-blind can tell apart, too. */
    private static final Color BLUE = new Color(0x0072B2);

    private static final Color ORANGE = new Color(0xD55E00);
    private static final Color GRID = new Color(0xDDDDDD);

    private LatencyPlot() {}

    /** Draws the steps of one load. */
    static void write(Path png, Load load, List<StepResult> steps) throws IOException {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title(load, steps))
                .xAxisTitle("clients")
                .yAxisTitle("latency in ms")
                .build();
        style(chart.getStyler(), steps.size());
        for (Kind kind : load.kinds()) {
            if (kind != Kind.SOLD_OUT) {
                add(chart, kind, "average", SeriesMarkers.CIRCLE, 0, steps, latencies -> latencies.average(kind));
                add(chart, kind, "p99", SeriesMarkers.DIAMOND, 6, steps, latencies -> latencies.percentile(kind, 99));
            }
        }
        BitmapEncoder.saveBitmapWithDPI(chart, png.toString(), BitmapEncoder.BitmapFormat.PNG, DPI);
    }

    private static String title(Load load, List<StepResult> steps) {
        long soldOut = count(steps, Kind.SOLD_OUT);
        long bought = count(steps, Kind.ORDER);
        String title = load.title() + " load: latency against clients";
        return soldOut == 0
                ? title
                : title + String.format(" (%.0f %% of buys sold out, left out)", 100.0 * soldOut / (soldOut + bought));
    }

    private static long count(List<StepResult> steps, Kind kind) {
        return steps.stream().mapToLong(step -> step.latencies().count(kind)).sum();
    }

    private static void add(
            XYChart chart,
            Kind kind,
            String what,
            Marker marker,
            float dash,
            List<StepResult> steps,
            ToDoubleFunction<Latencies> figure) {
        List<StepResult> measured =
                steps.stream().filter(step -> step.latencies().count(kind) > 0).toList();
        if (measured.isEmpty()) {
            return;
        }
        XYSeries series = chart.addSeries(
                kind.label() + " " + what,
                measured.stream().mapToDouble(StepResult::clients).toArray(),
                measured.stream()
                        .mapToDouble(step -> figure.applyAsDouble(step.latencies()))
                        .toArray());
        Color color = kind == Kind.QUERY ? BLUE : ORANGE;
        series.setLineColor(color);
        series.setMarkerColor(color);
        series.setMarker(marker);
        series.setLineStyle(
                dash == 0
                        ? new BasicStroke(2.5f)
                        : new BasicStroke(
                                2.5f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {dash}, 0));
    }

    private static void style(XYStyler style, int steps) {
        style.setChartBackgroundColor(Color.WHITE);
        style.setPlotBackgroundColor(Color.WHITE);
        style.setPlotBorderVisible(false);
        style.setPlotGridVerticalLinesVisible(false);
        style.setPlotGridLinesColor(GRID);
        style.setChartTitleBoxVisible(false);
        style.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 17));
        style.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
        style.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
        style.setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
        style.setLegendPosition(LegendPosition.OutsideS);
        style.setLegendLayout(LegendLayout.Horizontal);
        style.setLegendBorderColor(Color.WHITE);
        style.setLegendPadding(14);
        style.setLegendSeriesLineLength(42);
        style.setMarkerSize(8);
        style.setChartPadding(16);
        style.setYAxisMin(0.0);
        style.setXAxisMin(1.0 - 0.25);
        style.setXAxisMax(steps + 0.25);
        style.setXAxisDecimalPattern("0");
        style.setYAxisDecimalPattern("0.###");
    }
}
