package toystore.loadtest.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.util.List;
import org.jfree.chart.axis.AxisState;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTick;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;
import org.junit.jupiter.api.Test;
import toystore.loadtest.report.Plot.Line;
import toystore.loadtest.report.Plot.PlotAxis;
import toystore.loadtest.report.Plot.Point;
import toystore.loadtest.report.Plot.Scale;
import toystore.loadtest.report.Plot.Series;

class PlotTicksTest {
    @Test
    void areOnesTwosAndFivesOnALogarithmicAxis() {
        assertThat(labels(Scale.LOG, 0.08, 6, 300)).containsExactly("0.1", "0.2", "0.5", "1", "2", "5");
    }

    @Test
    void areEveryDecadeOrEverySecondWhereThereIsNoRoomForMore() {
        assertThat(labels(Scale.LOG, 0.5, 20_000, 300)).containsExactly("1", "10", "100", "1\u202f000", "10\u202f000");
        assertThat(labels(Scale.LOG, 0.5, 20_000, 60)).containsExactly("1", "100", "10\u202f000");
    }

    @Test
    void areLinearWhereALogarithmicAxisWouldSpanLessThanADecade() {
        PlotAxis latency = new PlotAxis("latency in ms", Scale.LOG);
        assertThat(plot(latency, 11, 19).y().scale()).isEqualTo(Scale.FROM_ZERO);
        assertThat(plot(latency, 11, 190).y().scale()).isEqualTo(Scale.LOG);
        assertThat(labels(Scale.FROM_ZERO, 0, 19, 420))
                .containsExactly("0", "2", "4", "6", "8", "10", "12", "14", "16", "18");
    }

    @Test
    void areWholeWhereOnlyWholeNumbersMeanSomething() {
        assertThat(labels(Scale.WHOLE, 0.9, 2.1, 420)).containsExactly("1", "2");
        assertThat(labels(Scale.LINEAR, 0, 1, 200)).containsExactly("0", "0.2", "0.4", "0.6", "0.8", "1");
    }

    @Test
    void areTheUsualPercentiles() {
        assertThat(labels(Scale.PERCENTILE, 0, 99.995, 420))
                .containsExactly("0 %", "50 %", "90 %", "99 %", "99.9 %", "99.99 %");
    }

    /** Labels of a vertical axis with that height. */
    private static List<String> labels(Scale scale, double low, double high, int height) {
        NumberAxis axis = PlotFiles.axis(new PlotAxis("", scale), new RectangleInsets(10, 4, 10, 4));
        axis.setRange(scale.place(low), scale.place(high));
        Graphics2D g = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
        List<?> ticks = axis.refreshTicks(g, new AxisState(), new Rectangle(800, height), RectangleEdge.LEFT);
        return ticks.stream()
                .map(tick -> ((NumberTick) tick).getText())
                .filter(text -> !text.isEmpty())
                .toList();
    }

    private static Plot plot(PlotAxis y, double low, double high) {
        List<Point> points = List.of(new Point(1, low), new Point(2, high));
        return new Plot("plot", "", "", y, y, List.of(new Series("p", Colour.P50, Line.SOLID, points)));
    }
}
