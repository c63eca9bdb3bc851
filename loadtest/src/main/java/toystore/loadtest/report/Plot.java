package toystore.loadtest.report;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/**
 * A plot, whatever draws it.
 *
 * @param name of its files, without an ending: {@code mixed-buy}
 * @param title what it shows
 * @param note what a reader should know to read it, in a sentence; may be empty
 */
public record Plot(String name, String title, String note, PlotAxis x, PlotAxis y, List<Series> series) {
    /** Makes sure that the name is one. */
    public Plot {
        // A scenario's name is in it, which may come from a file that somebody sent.
        name = name.replaceAll("[^A-Za-z0-9-]", "-");
        title = title.replaceAll("\\p{Cntrl}", " ");
        series = List.copyOf(series);
    }

    /** Whether there is anything to see. */
    boolean isEmpty() {
        return values(Point::y).findAny().isEmpty();
    }

    /** Of the x axis. */
    AxisRange across() {
        return AxisRange.of(x.scale(), values(Point::x));
    }

    /** Of the y axis. */
    AxisRange up() {
        return AxisRange.of(y.scale(), values(Point::y));
    }

    private DoubleStream values(ToDoubleFunction<Point> coordinate) {
        return series.stream()
                .flatMap(line -> line.points().stream())
                .filter(Point::isThere)
                .mapToDouble(coordinate);
    }

    /** How values lie along an axis. */
    public enum Scale {
        LINEAR,
        /** Linear, of whole numbers. */
        WHOLE,
        /** Linear, and begins at 0. */
        FROM_ZERO,
        /** Of what is above 0. */
        LOG,
        /** Of percentiles from 0 to less than 100: as far from the end as the logarithm of what is left to 100. */
        PERCENTILE;

        /** Where a value lies, in units that are the same all along the axis. */
        double place(double value) {
            return switch (this) {
                case LINEAR, WHOLE, FROM_ZERO -> value;
                case LOG -> Math.log10(value);
                case PERCENTILE -> -Math.log10(1 - value / 100);
            };
        }
    }

    /**
     * What an axis shows.
     *
     * @param label with the unit: {@code latency in ms}
     */
    public record PlotAxis(String label, Scale scale) {}

    /** How a series is drawn. */
    public enum Line {
        SOLID,
        DASHED,
        /** Marks without a line: things that happened. */
        MARKS
    }

    /** Points that belong together, in the order of x. */
    public record Series(String label, Colour colour, Line line, List<Point> points) {
        private static final int FEW = 30;

        /** Copies the points. */
        public Series {
            points = List.copyOf(points);
        }

        /** Whether each point is to be seen: they are few, or one stands alone and would be no line. */
        boolean marked() {
            return line == Line.MARKS || points.size() <= FEW || hasLonePoint();
        }

        private boolean hasLonePoint() {
            for (int i = 0; i < points.size(); i++) {
                boolean before = i > 0 && points.get(i - 1).isThere();
                boolean after = i + 1 < points.size() && points.get(i + 1).isThere();
                if (points.get(i).isThere() && !before && !after) {
                    return true;
                }
            }
            return false;
        }
    }

    /** In the units of the axes; where y is not a number, the line is interrupted. */
    public record Point(double x, double y) {
        boolean isThere() {
            return !Double.isNaN(y);
        }
    }
}
